/**
 * What share links of version 1 are compressed against: configs as they usually are. A link that was made with it opens
 * only with it, so that it must never change; another one would be another version.
 */
import { strToU8 } from 'fflate';

// prettier-ignore
const TEXT = [
  '"strategy":{"name":"custom","title":"","source":"fn strategy(t: Token) -> Surrogate {\\n  let clipped = clamp',
  '(t.ratio, 1.0 - params.eps_low, 1.0 + params.eps_high);\\n  return Surrogate(min(t.ratio * t.advantage, clipp',
  'ed * t.advantage), weight);\\n}","parameters":{"rewards":[{"name":"custom","weight":1,"source":"function rewa',
  'rd({response, row, finished, tokens}) {\\n  return 0;\\n}"}]"lora":{"rank":8,"alpha":16,"targets":"freeze":["c',
  'heckpoint":"embedded:arithmetic-0.1M","hub:local:"architecture":"task":{"name":"dataset","data":{"path":"emb',
  'edded:word-problems.jsonl"},"columns":{"prompt":"question","answer":"answer"}"countdown","sorting","programs',
  '","bands":{}"name":"ppo","clip-higher","cispo","gspo","ce-gppo","eps_low":0.2,"eps_high":0.2,"beta1":1,"beta',
  '2":1,"only_high":false,"dual_clip":3"view":"#/objective","#/compare/race","#/learn/","#/playground","fields"',
  ':"advanced","run":{"name":"GPPO, addition, seed 7","started":17,"adapter":"google swiftshader","time":[20,40',
  '00],"curves":[[0,64,0.0,1],[1,9,0,1],[2,9,0,1],[4,64,0,0.1],[5,64,0,0.1],[6,64,0,0.1],[7,64,0,2]]}}{"name":"',
  'Klear in miniature","seed":7,"model":{"architecture":{"hidden_size":64,"layers":2,"heads":4,"key_value_heads',
  '":2,"intermediate_size":192,"max_positions":40,"rope_theta":10000,"norm_epsilon":0.00001,"tied_head":true}},',
  '"task":{"name":"arithmetic","operations":2,"max_operand":9},"sft":{"steps":600,"batch_size":64,"wrong_fracti',
  'on":0.1,"loss_on":"completions","truncation":"drop","learning_rate":0.003,"schedule":"cosine","warmup_steps"',
  ':20,"min_learning_rate":0.0003,"weight_decay":0,"adam_beta1":0.9,"adam_beta2":0.99,"adam_epsilon":1e-8,"grad',
  'ient_clip":1},"rl":{"steps":50,"prompts":64,"responses":8,"temperature":1,"top_k":0,"top_p":1,"strategy":{"n',
  'ame":"gppo","eps_low":0.2,"eps_high":0.28,"beta1":1,"beta2":1,"dual_clip":10},"advantage":"grpo","filter_gro',
  'ups":true,"max_num_gen_batches":1,"overlong_filter":false,"curriculum":"none","curriculum_floor":0.2,"curric',
  'ulum_memory":0.9,"minibatches":4,"epochs":1,"positive_lm":0.1,"kl_coefficient":0,"reference_update_every":0,',
  '"reference_mixup_alpha":0.6,"kl_estimator":"k3","entropy_coefficient":0,"tis_cap":null,"tis_floor":null,"tis',
  '_level":"token","split_every":0,"learning_rate":0.00015,"schedule":"constant","warmup_steps":0,"min_learning',
  '_rate":0,"weight_decay":0,"adam_beta1":0.9,"adam_beta2":0.99,"adam_epsilon":1e-8,"gradient_clip":1},"evaluat',
  'ion":{"every":100,"problems":128,"samples":1},"report":{"problems":256,"samples":8}}{"name":"addition-0.1M",',
  '"seed":1,"model":{"architecture":{"hidden_size":64,"layers":2,"heads":4,"intermediate_size":192,"max_positio',
  'ns":32,"rope_theta":10000,"norm_epsilon":0.00001,"tied_head":false}},"task":{"name":"addition","digits":2},"',
  'sft":{"steps":400,"batch_size":128,"wrong_fraction":0.55,"loss_on":"completions","truncation":"drop","learni',
  'ng_rate":0.003,"schedule":"cosine","warmup_steps":20,"min_learning_rate":0.0003,"weight_decay":0,"adam_beta1',
  '":0.9,"adam_beta2":0.99,"adam_epsilon":1e-8,"gradient_clip":1},"evaluation":{"every":100,"problems":512,"sam',
  'ples":1}}{"name":"gppo-four-updates","seed":7,"model":{"checkpoint":"embedded:addition-0.1M"},"task":{"name"',
  ':"addition","digits":2},"rl":{"steps":60,"prompts":64,"responses":8,"temperature":1,"top_k":0,"top_p":1,"str',
  'ategy":{"name":"gppo","eps_low":0.2,"eps_high":0.28,"beta1":1,"beta2":1,"dual_clip":10},"advantage":"grpo","',
  'filter_groups":true,"max_num_gen_batches":1,"overlong_filter":false,"curriculum":"none","curriculum_floor":0',
  '.2,"curriculum_memory":0.9,"minibatches":4,"epochs":1,"positive_lm":0,"kl_coefficient":0,"reference_update_e',
  'very":0,"reference_mixup_alpha":0.6,"kl_estimator":"k3","entropy_coefficient":0,"tis_cap":null,"tis_floor":n',
  'ull,"tis_level":"token","split_every":0,"learning_rate":0.0003,"schedule":"constant","warmup_steps":0,"min_l',
  'earning_rate":0,"weight_decay":0,"adam_beta1":0.9,"adam_beta2":0.99,"adam_epsilon":1e-8,"gradient_clip":1},"',
  'evaluation":{"every":10,"problems":256,"samples":1}}{"name":"demo-gppo","seed":7,"model":{"checkpoint":"embe',
  'dded:addition-sparse-0.1M"},"task":{"name":"addition","digits":2},"rl":{"steps":40,"prompts":32,"responses":',
  '8,"temperature":1,"top_k":0,"top_p":1,"strategy":{"name":"gppo","eps_low":0.2,"eps_high":0.28,"beta1":1,"bet',
  'a2":1,"dual_clip":10,"only_high":true},"advantage":"grpo","filter_groups":true,"max_num_gen_batches":1,"over',
  'long_filter":false,"curriculum":"none","curriculum_floor":0.2,"curriculum_memory":0.9,"minibatches":8,"epoch',
  's":2,"positive_lm":0,"kl_coefficient":0,"reference_update_every":0,"reference_mixup_alpha":0.6,"kl_estimator',
  '":"k3","entropy_coefficient":0,"tis_cap":null,"tis_floor":null,"tis_level":"token","split_every":0,"learning',
  '_rate":0.0002,"schedule":"constant","warmup_steps":0,"min_learning_rate":0,"weight_decay":0,"adam_beta1":0.9',
  ',"adam_beta2":0.99,"adam_epsilon":1e-8,"gradient_clip":1},"evaluation":{"every":10,"problems":256,"samples":',
  '1}}',
].join('');

export const DICTIONARY = strToU8(TEXT);
