/** The cost of the live views as text and a table. */
import { number, percent, table } from './table.ts';
import type { Section } from './section.ts';

export const statisticsSection: Section<'statistics'> = {
  title: 'Density, histogram and live tokens',
  text: ({ onMs, offMs, share, quartiles, pieces, processor, tokens, pairs }) =>
    [
      `A GPPO step (64 prompts x 8 responses, ${tokens} response tokens, embedded 0.1M model) with all of them ` +
        `on and with all off, ${pairs.length} interleaved pairs:`,
      '',
      table(
        ['', 'ms per step'],
        [
          ['on, median', number(onMs)],
          ['off, median', number(offMs)],
          [
            'share of a step, median of pairs (quartiles)',
            `${percent(share)} (${quartiles.map(percent).join(' to ')})`,
          ],
          ...(processor
            ? [
                ['on, processor time', number(processor.onMs)],
                ['off, processor time', number(processor.offMs)],
                [
                  'share of processor time, median of pairs (quartiles)',
                  `${percent(processor.share)} (${processor.quartiles.map(percent).join(' to ')})`,
                ],
              ]
            : []),
          ['counting on the GPU, by itself', number(pieces.countingMs)],
          ['reading back counts and token records, by itself', number(pieces.readbackMs)],
          ['building and sending the frame, by itself', number(pieces.frameMs)],
          ['share of a step, sum of the three', percent(pieces.share)],
        ],
      ),
    ].join('\n'),
};
