import { expect, it } from 'vitest';
import { fileNameOf } from './file-name.ts';

it.each<[string[], string]>([
  [['demo-gppo', 'Entropy, nats per token'], 'demo-gppo-Entropy-nats-per-token'],
  [['PPO (ε 0.2/0.28), seed 1', 'KL'], 'PPO-ε-0.2-0.28-seed-1-KL'],
  [['../../etc', 'a:b*c?'], 'etc-a-b-c'],
  [['', '///'], 'chart'],
])('the file of %j is called %s', (names, expected) => expect(fileNameOf(...names)).toBe(expected));
