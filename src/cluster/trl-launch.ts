/** The launch scripts of TRL: accelerate with FSDP on one node or several, started by hand or through Ray. */
import fsdpConfig from './python/fsdp.yaml?raw';
import launch from './python/launch_trl.sh?raw';
import rayLaunch from './python/ray_launch.py?raw';
import type { Recipe } from './recipe.ts';
import { filled } from './template.ts';

/** @param model the starting checkpoint, by default in the folder itself */
export const trlLaunch = (model = '$HERE/model'): string => filled(launch, { MODEL: model });

export { fsdpConfig, rayLaunch };

export function trlRequirements({ lora }: Recipe): string {
  return `# Python 3.10 or later.
trl>=0.24,<2
torch>=2.6
transformers>=4.56
accelerate>=1.4
datasets>=3
${lora ? 'peft>=0.15\n' : ''}`;
}
