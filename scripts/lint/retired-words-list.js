/**
 * Wordings that user-visible strings do not use, each with the term to use instead and an example that the pattern
 * matches. Patterns see a string with its whitespace collapsed. To retire another wording, add an entry.
 */
const MANY =
  'tokens|steps|updates|passes|responses|problems|prompts|sequences|samples|examples|lines|records|nats|ms|seconds|bytes|MB|GB|points|files|rows|columns|entries|minibatches|multiply-adds';
const ONE = 'line|record|row|column|entry|dot|ring|token|file|number|update|pass';
const UNIT =
  'tokens?|steps?|updates?|pass|rollouts?|responses?|problems?|prompts?|sequences?|samples?|seconds?|minutes?|runs?|seeds?|lines?|rows?|records?|layers?|epochs?|groups?|files?|minibatch';

export const RETIRED_WORDS = [
  { pattern: /\bat rest\b/i, use: '“paused” or “idle”', example: 'with a run at rest' },
  {
    pattern: /\b(?:go|goes|going|went|gone) on\b/i,
    use: '“continue”, “resume” or “Resume”',
    example: 'Training goes on',
  },
  {
    pattern: /\b(?:made|trained|computed|drawn|written) again\b/i,
    use: '“recomputed”, “retrained” or “repeated”',
    example: 'Activations are made again',
  },
  { pattern: /\b(?:stands?|stood)\b(?! for\b)/i, use: '“is” or “appears”', example: 'Its answer will stand here' },
  { pattern: /\bto be had\b|\bbe had back\b/i, use: '“available”', example: '16 bit is not to be had here' },
  { pattern: /\bwhoever\b/i, use: '“the user” or “the caller”', example: 'whoever opens it' },
  {
    pattern: new RegExp(`\\b(?:(?:${MANY})|(?:an?|one) (?:${ONE})) an? (?:${UNIT})\\b`, 'i'),
    use: '“per”: “one line per step”, “nats per token”',
    example: 'a line a step',
  },
  {
    pattern: /\b(?:break|breaks|broke|broken|breaking) off\b/i,
    use: '“failed” or “interrupted”',
    example: 'the run broke off',
  },
  {
    pattern: /\b(?:right|wrong) (?:answer|response|solution|sum)s?\b|\b(?:all|answered) (?:right|wrong)\b/i,
    use: '“correct” or “incorrect”',
    example: 'the share of right answers',
  },
  { pattern: /\bdrawn together\b/i, use: '“Overlaid strategies”', example: 'Drawn together' },
  {
    pattern: /\bthe others? (?:rules? |strategies )?(?:would )?have done\b|\bwould the others\b/i,
    use: '“Compare strategies on this batch”',
    example: 'What would the others have done?',
  },
  {
    pattern: /\btry it, take it\b|^take it$|\btak(?:e|es|en) (?:away|along)\b/i,
    use: '“Test and export” or “Export”',
    example: 'Try it, take it',
  },
  { pattern: /^(?:ask|ask again|find out)$/i, use: '“Greedy”, “Generate” or “Compare”', example: 'Ask' },
  { pattern: /^draw(?: it)?$/i, use: '“Sample”, “Plot” or “Overlay”', example: 'Draw' },
  { pattern: /\brules?\b/i, use: '“strategy”, or “Custom strategy”', example: 'A rule of your own' },
  { pattern: /\b(?:of|on) (?:your|one['’]s) own\b/i, use: '“custom” or “your”', example: 'a name of one’s own' },
  { pattern: /\b(?:only the|the) high side\b/i, use: '“Upper side only”', example: 'Only the high side' },
  { pattern: /^most tokens\b/i, use: '“Max new tokens”', example: 'Most tokens' },
  { pattern: /^longest response\b/i, use: '“Max response length”', example: 'Longest response' },
  { pattern: /\bdrop equal groups\b/i, use: '“Filter zero-advantage groups”', example: 'Drop equal groups' },
  { pattern: /\bdivide by deviation\b/i, use: '“Normalize advantages by std”', example: 'Divide by deviation' },
  {
    pattern: /\bimportance correction\b|\bcorrection cap\b/i,
    use: '“Truncated importance sampling (TIS) cap”',
    example: 'Importance correction',
  },
  { pattern: /\bproducts of layers\b/i, use: '“Matmul precision”', example: 'Products of layers' },
  { pattern: /\bgraphics cards?\b/i, use: '“GPU” or “adapter”', example: 'opening the graphics card' },
  { pattern: /\bon the processor\b/i, use: '“on the CPU”', example: 'computes on the processor' },
  {
    pattern: /\bno run is like that\b|\bempty the fields\b/i,
    use: '“No matching runs. Clear filters”',
    example: 'No run is like that.',
  },
  { pattern: /\brunning elsewhere\b/i, use: '“running in another tab”', example: 'running elsewhere' },
  { pattern: /\bhardly any\b/i, use: '“almost no”, “few”', example: 'Hardly any group has an advantage.' },
  {
    pattern: /\bkept from clipping\b|\bgradients? kept\b|\bkept gradients?\b/i,
    use: '“preserved gradient”',
    example: 'Gradient kept from clipping',
  },
  { pattern: /^words$/i, use: '“Search”', example: 'Words' },
  { pattern: /^forget$/i, use: '“Delete”', example: 'Forget' },
  {
    pattern: /\b(?:bring|brings|brought) (?:in|back)\b/i,
    use: '“import” or “restore”',
    example: '2 runs brought in.',
  },
  {
    pattern: /\b(?:lay|lays|laid) (?:\w+ )*over\b/i,
    use: '“overlay”',
    example: 'Choose two to lay their curves over each other',
  },
  {
    pattern: /\b(?:the|of|its) bands?\b|\bband (?:of|from|to)\b|\ba \w+ band\b/i,
    use: '“clip range”',
    example: 'outside the band',
  },
  {
    pattern: /\b(?:good|bad) (?:tokens?|responses?|ones?)\b/i,
    use: '“with positive advantage” or “with negative advantage”',
    example: 'A bad token that has grown',
  },
  { pattern: /\b(?:silence[sd]?|falls silent)\b/i, use: '“sets the gradient to 0”', example: 'PPO silences it' },
  {
    pattern: /\bpages? (?:Train|Objective|Compare|Playground|Models|Learn|Runs)\b/,
    use: 'the name before “page”: “the Train page”',
    example: 'save them on the page Train',
  },
  { pattern: /(?<!\bthere )\bis no (?!longer\b)[a-z]/i, use: '“is not a”', example: 'x is no whole number' },
  {
    pattern: /\bas (?:it|they) (?:was|were)\b/i,
    use: '“unchanged” or “was not changed”',
    example: 'The recipe is as it was.',
  },
  { pattern: /\bnot known\b/i, use: '“unknown” or “not supported”', example: 'an architecture that is not known' },
  { pattern: /\bsomebody\b/i, use: '“the user”', example: 'Somebody stopped it.' },
];
