/** Tables of our own engine: limits, kernels, the GPPO step, doubling, the head, cost curves. */
import type { CurveName, CurveRow } from '../engine/curves.ts';
import type { StepProfile } from '../engine/profiles.ts';
import type { Section } from './section.ts';
import { giga, megabytes, number, percent, table } from './table.ts';

export const engineSections: {
  [Name in 'limits' | 'profile' | 'rl-step' | 'doubling' | 'head' | 'curves']: Section<Name>;
} = {
  limits: {
    title: "Share of the adapter's limits",
    text: ({ multiplyAdds, copyBytes, choices, matmuls, groups, steps }) =>
      [
        `The adapter: ${giga(multiplyAdds)} G multiply-adds per second, ${giga(copyBytes)} GB per second copied ` +
          '(read and written), each by a kernel that does nothing else.',
        '',
        table(
          ['what', 'ms', 'G multiply-adds/s', 'share of the rate'],
          [
            ...matmuls.map(({ form, kernel, ms, multiplyAdds: rate, share }) => [
              `matmul 512 x 512 x 512, ${form} (${kernel}), by rates around it`,
              number(ms),
              giga(rate),
              percent(share),
            ]),
            ...groups.map(({ size, group, ms, multiplyAdds: rate, share }) => [
              `step ${size}: ${group}, kernels alone`,
              number(ms),
              rate > 0 ? giga(rate) : '',
              rate > 0 ? percent(share) : '',
            ]),
            ...steps.map(({ size, ms, multiplyAdds: rate, share }) => [
              `step ${size}: whole, wall clock, by rates around it`,
              number(ms),
              giga(rate),
              percent(share),
            ]),
          ],
        ),
        '',
        `The tuner's choices: ${Object.entries(choices)
          .map(([question, choice]) => `${question}: ${choice}`)
          .join('; ')}.`,
      ].join('\n'),
  },
  profile: {
    title: 'A training step, kernel by kernel',
    text: (profiles) => profiles.map(profileText).join('\n\n'),
  },
  'rl-step': {
    title: 'A GPPO step',
    text: ({
      responses,
      tokens,
      stepMs,
      rolloutMs,
      updateMs,
      outsideShare,
      dispatches,
      submissions,
      readbacks,
      bytes,
      steps,
    }) =>
      [
        `${responses} responses of up to 24 tokens (${tokens} in all) on the embedded 0.1M arithmetic model: ` +
          `rollout, old log-probs, 4 minibatches. Medians of ${steps.length} steps.`,
        '',
        table(
          [
            'ms per step',
            'rollout',
            'log-probs and updates',
            'wall time outside GPU work',
            'response tokens/s',
            'dispatches',
            'submissions',
            'readbacks',
            'MB',
          ],
          [
            [
              number(stepMs),
              number(rolloutMs),
              number(updateMs),
              percent(outsideShare),
              number((tokens * 1000) / stepMs),
              String(dispatches),
              String(submissions),
              String(readbacks),
              megabytes(bytes),
            ],
          ],
        ),
      ].join('\n'),
  },
  doubling: {
    title: 'Twice the tokens at a fixed model',
    text: (rows) =>
      table(
        ['model', 'tokens', 'ms', 'ms with twice the tokens', 'factor'],
        rows.map(({ size, tokens, onceMs, twiceMs, factor }) => [
          size,
          number(tokens),
          number(onceMs),
          number(twiceMs),
          factor.toFixed(2),
        ]),
      ),
  },
  head: {
    title: 'The head alone',
    text: (rows) =>
      table(
        [
          'vocabulary x hidden',
          'weight',
          'targets',
          'stored: forward, backward ms',
          'fused: forward, backward ms',
          'fused / stored',
          'stored MB',
          'fused MB',
        ],
        rows.map(({ vocabulary, hidden, targets, trained, stored, fused, factor }) => [
          `${vocabulary.toLocaleString('en-US')} x ${hidden}`,
          trained ? 'trained, f32' : 'frozen, bf16',
          String(targets),
          ...[stored, fused].map(({ forwardMs, backwardMs }) => `${number(forwardMs)} + ${number(backwardMs)}`),
          factor.toFixed(2),
          ...[stored, fused].map(({ bytes }) => megabytes(bytes)),
        ]),
      ),
  },
  curves: {
    title: 'Cost curves',
    text: (curves) =>
      (Object.entries(curves) as [CurveName, CurveRow[]][]).map(([name, rows]) => curveTable(name, rows)).join('\n\n'),
  },
};

function profileText({ size, method, stepMs, kernelsMs, kernels }: StepProfile): string {
  const head =
    `${size}: ${number(stepMs)} ms per step by the wall clock, ${number(kernelsMs)} ms its kernels ` +
    `one by one (by ${method}).`;
  const rows = kernels.map(({ label, calls, ms, share, multiplyAdds }) => [
    label,
    String(calls),
    number(ms),
    percent(share),
    multiplyAdds === undefined ? '' : giga(multiplyAdds),
  ]);
  return `${head}\n\n${table(['kernel', 'calls', 'ms', 'share', 'G multiply-adds/s'], rows)}`;
}

export function curveTable(name: CurveName, rows: readonly CurveRow[]): string {
  return table(
    [
      name,
      ...(name === 'parameters' ? [] : ['parameters']),
      ...(name === 'tokens' ? [] : ['tokens']),
      'ms',
      'slope',
      'MB',
      'G multiply-adds/s',
    ],
    rows.map(({ x, parameters, tokens, ms, slope, bytes, multiplyAdds }) => [
      x.toLocaleString('en-US'),
      ...(name === 'parameters' ? [] : [parameters.toLocaleString('en-US')]),
      ...(name === 'tokens' ? [] : [tokens.toLocaleString('en-US')]),
      number(ms),
      slope === undefined ? '' : slope.toFixed(2),
      megabytes(bytes),
      giga(multiplyAdds),
    ]),
  );
}
