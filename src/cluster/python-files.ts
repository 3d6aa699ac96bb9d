/** The Python files of an exported recipe, as text. */
import check from './python/check.py?raw';
import graders from './python/gppo_studio/graders.py?raw';
import init from './python/gppo_studio/__init__.py?raw';
import jsonSchema from './python/gppo_studio/json_schema.py?raw';
import numbersInText from './python/gppo_studio/numbers_in_text.py?raw';
import scores from './python/gppo_studio/scores.py?raw';
import settings from './python/gppo_studio/settings.py?raw';
import stackProgram from './python/gppo_studio/stack_program.py?raw';
import strategies from './python/gppo_studio/strategies.py?raw';
import tokenDump from './python/gppo_studio/token_dump.py?raw';
import trlTrainer from './python/gppo_studio/trl_trainer.py?raw';
import verifiers from './python/gppo_studio/verifiers.py?raw';
import verlPolicyLoss from './python/gppo_studio/verl_policy_loss.py?raw';
import raySweep from './python/ray_sweep.py?raw';
import recorded from './python/recorded.json?raw';
import recordedRewards from './python/recorded_rewards.json?raw';
import reward from './python/reward.py?raw';
import toParquet from './python/to_parquet.py?raw';
import trainTrl from './python/train_trl.py?raw';
import type { Engine } from './engines.ts';

const SHARED = {
  'check.py': check,
  'reward.py': reward,
  'ray_sweep.py': raySweep,
  'recorded.json': recorded,
  'recorded_rewards.json': recordedRewards,
  'gppo_studio/__init__.py': init,
  'gppo_studio/settings.py': settings,
  'gppo_studio/strategies.py': strategies,
  'gppo_studio/graders.py': graders,
  'gppo_studio/scores.py': scores,
  'gppo_studio/verifiers.py': verifiers,
  'gppo_studio/json_schema.py': jsonSchema,
  'gppo_studio/numbers_in_text.py': numbersInText,
  'gppo_studio/stack_program.py': stackProgram,
  'gppo_studio/token_dump.py': tokenDump,
};

export const PYTHON_FILES: Readonly<Record<Engine, Readonly<Record<string, string>>>> = {
  verl: { ...SHARED, 'gppo_studio/verl_policy_loss.py': verlPolicyLoss, 'to_parquet.py': toParquet },
  trl: { ...SHARED, 'gppo_studio/trl_trainer.py': trlTrainer, 'train_trl.py': trainTrl },
};
