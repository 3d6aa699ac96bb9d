/** Papers and files of released code that the recipes cite; files at the commit that was read. */
import { cite } from './recipe.ts';

const KLEAR = 'https://github.com/Kwai-Klear/KlearReasoner/blob/3422f6d36a8251cb1c86a7b943c7c815850864fd';
const VERL = 'https://github.com/volcengine/verl/blob/b178a3cd56f58b2d502255daba591e92833930a7';
const DR_GRPO = 'https://github.com/sail-sg/understand-r1-zero/blob/dfca49dd460ee7cc8e4a5a162c876a7fd6993b87';

export const klearReadme = cite({ title: 'KlearReasoner README', url: `${KLEAR}/README.md` });
export const klearScript = cite({
  title: 'KlearReasoner perf_run_dapo_ours_math.sh',
  url: `${KLEAR}/recipe/dapo/perf_run_dapo_ours_math.sh`,
});
export const klearCode = cite({
  title: 'KlearReasoner ppo_trainer.yaml',
  url: `${KLEAR}/verl/trainer/config/ppo_trainer.yaml`,
});
export const cegppoPaper = cite({ title: 'CE-GPPO', url: 'https://arxiv.org/abs/2509.20712' });
export const cegppoScript = cite({
  title: 'KlearReasoner perf_run_dapo_ours_math_general_gppo.sh',
  url: `${KLEAR}/recipe/dapo/perf_run_dapo_ours_math_general_gppo.sh`,
});
export const dapoPaper = cite({ title: 'DAPO', url: 'https://arxiv.org/abs/2503.14476' });
export const dapoVerl = cite({ title: 'verl guide to DAPO', url: `${VERL}/docs/algo/dapo.md` });
export const grpoPaper = cite({ title: 'DeepSeekMath', url: 'https://arxiv.org/abs/2402.03300' });
export const trlGrpo = cite({
  title: 'TRL grpo_config.py',
  url: 'https://github.com/huggingface/trl/blob/f2cd57710ae345ea6428ae95363267fcf38a3dc8/trl/trainer/grpo_config.py',
});
export const drGrpoPaper = cite({ title: 'Dr. GRPO', url: 'https://arxiv.org/abs/2503.20783' });
export const drGrpoReadme = cite({ title: 'understand-r1-zero README', url: `${DR_GRPO}/README.md` });
export const drGrpoCode = cite({
  title: 'understand-r1-zero train_zero_math.py',
  url: `${DR_GRPO}/train_zero_math.py`,
});
export const cispoPaper = cite({ title: 'MiniMax-M1', url: 'https://arxiv.org/abs/2506.13585' });
export const cispoVerl = cite({
  title: 'verl run_cispo_qwen2_5_0_5b_gsm8k.sh',
  url: `${VERL}/examples/cispo_trainer/run_cispo_qwen2_5_0_5b_gsm8k.sh`,
});
export const gspoPaper = cite({ title: 'GSPO', url: 'https://arxiv.org/abs/2507.18071' });
export const gspoVerl = cite({
  title: 'verl test_gspo_3b_math.sh',
  url: `${VERL}/examples/gspo_trainer/test_gspo_3b_math.sh`,
});
