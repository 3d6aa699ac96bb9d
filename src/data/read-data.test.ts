import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { memoryFile } from './data-file.ts';
import { openData } from './read-data.ts';
import { placeText, type Batch } from './records.ts';

const fixture = (name: string) =>
  memoryFile(name, readFileSync(new URL(`../../tests/fixtures/data/${name}`, import.meta.url)));

/** Bytes of Latin-1 text. */
const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

async function read(name: string, content: string | Uint8Array, largestRecord?: number) {
  const data = await openData(memoryFile(name, content));
  return {
    format: data.format,
    delimiter: data.delimiter,
    ...(await all(data.batches({ ...(largestRecord !== undefined && { largestRecord }) }))),
  };
}

async function all(batches: AsyncIterable<Batch>) {
  const [rows, places, bad]: [unknown[], string[], string[]] = [[], [], []];
  for await (const batch of batches) {
    rows.push(...batch.rows.map(({ row }) => row));
    places.push(...batch.rows.map(({ place }) => placeText(place)));
    bad.push(...batch.bad.map(({ place, reason }) => `${placeText(place)}: ${reason}`));
  }
  return { rows, places, bad };
}

describe('JSONL', () => {
  it('reads rows and skips blank lines', async () => {
    expect(await read('a.jsonl', '{"a": 1}\n\n  \n{"a": "two"}')).toMatchObject({
      format: 'jsonl',
      rows: [{ a: 1 }, { a: 'two' }],
      places: ['line 1', 'line 4'],
      bad: [],
    });
  });

  it('accepts a byte order mark and CRLF', async () => {
    const { rows, bad } = await read('a.ndjson', '\ufeff{"a": 1}\r\n\r\n{"a": 2}\r\n');
    expect({ rows, bad }).toEqual({ rows: [{ a: 1 }, { a: 2 }], bad: [] });
  });

  it('lists lines that are no rows and reads the others', async () => {
    const { rows, bad } = await read('a.jsonl', '{"a": 1}\n{"a": \n[1]\n"x"\nnull\n{"a": 2}\n');
    expect(rows).toEqual([{ a: 1 }, { a: 2 }]);
    expect(bad).toEqual([
      expect.stringContaining('line 2: not JSON: '),
      'line 3: expected an object, found a list',
      'line 4: expected an object, found text',
      'line 5: expected an object, found null',
    ]);
  });

  it('names the byte of a line that is not UTF-8', async () => {
    const { rows, bad } = await read('a.jsonl', bytes('{"a": "fine"}\n{"a": "caf\xe9"}\n{"a": "\xef\xbf\xbd"}\n'));
    expect(rows).toEqual([{ a: 'fine' }, { a: '\ufffd' }]);
    expect(bad).toEqual(['line 2: not UTF-8: 0xe9 at byte 11']);
  });

  it('leaves out a line beyond the limit and reads the next ones', async () => {
    const long = JSON.stringify({ a: 'x'.repeat(3 << 20) });
    const { rows, places, bad } = await read('a.jsonl', `{"a": 1}\n${long}\n{"a": 2}\n${long}`, 2 << 20);
    expect(rows).toEqual([{ a: 1 }, { a: 2 }]);
    expect(places).toEqual(['line 1', 'line 3']);
    expect(bad).toEqual(['line 2: longer than 2 MB', 'line 4: longer than 2 MB']);
  });

  it('reads a line that spans pieces of the file', async () => {
    const text = 'äöü'.repeat(1 << 20);
    const { rows } = await read('a.jsonl', `{"a": 1}\n${JSON.stringify({ text })}\n{"a": 2}\n`);
    expect(rows).toEqual([{ a: 1 }, { text }, { a: 2 }]);
  });

  it('keeps whole numbers beyond 2^53 as text', async () => {
    const { rows } = await read(
      'a.jsonl',
      '{"n": 12345678901234567890, "s": "12345678901234567890", "m": 9007199254740991}',
    );
    expect(rows).toEqual([{ n: '12345678901234567890', s: '12345678901234567890', m: 9007199254740991 }]);
  });
});

describe('JSON', () => {
  it('reads a list of objects, with the place of each', async () => {
    const text = '[\n  {"a": "x,]}\\"", "b": [1, {"c": 2}]},\n  {"a": 2}\n]\n';
    expect(await read('a.json', text)).toMatchObject({
      format: 'json',
      rows: [{ a: 'x,]}"', b: [1, { c: 2 }] }, { a: 2 }],
      places: ['element 1, line 2', 'element 2, line 3'],
      bad: [],
    });
  });

  it('reads a list on one line, with a byte order mark, in pieces', async () => {
    const rows = Array.from({ length: 3000 }, (_, i) => ({ i, text: 'é'.repeat(500) }));
    expect((await read('a.json', `\ufeff${JSON.stringify(rows)}`)).rows).toEqual(rows);
  });

  it('reads the list in a field of an object', async () => {
    const { rows, bad } = await read('a.json', '{"version": {"a": [1]}, "names": ["x"], "data": [{"a": 1}, {"a": 2}]}');
    expect({ rows, bad }).toEqual({ rows: [{ a: 1 }, { a: 2 }], bad: [] });
  });

  it.each([
    ['{"a": [{"b": 1}], "c": [{"b": 2}]}', 'a.json: expected one list of objects, found two: a and c'],
    ['{"a": {"b": 1}, "c": [1]}', 'a.json: expected a list of objects, found an object with the fields a, c'],
    ['3', 'a.json: expected a list of objects in JSON, which begins with [ or {'],
  ])('refuses %s', async (text, message) => {
    await expect(read('a.json', text)).rejects.toThrow(message);
  });

  it('lists elements that are no rows', async () => {
    const { rows, bad } = await read('a.json', bytes('[{"a": 1},\n 2,\n {"a" 1},\n {"a": "\xe9"}, {"a": 3}]'));
    expect(rows).toEqual([{ a: 1 }, { a: 3 }]);
    expect(bad).toEqual([
      'element 2, line 2: expected an object, found the number 2',
      expect.stringContaining('element 3, line 3: not JSON: '),
      'element 4, line 4: not UTF-8: 0xe9 at byte 8',
    ]);
  });

  it('tells the elements of a list on one line apart', async () => {
    const { places, bad } = await read('a.json', '{"data": [{"a": 1}, 2, {"a": 3}]}');
    expect(places).toEqual(['element 1', 'element 3']);
    expect(bad).toEqual(['element 2: expected an object, found the number 2']);
  });

  it.each([
    ['[{"a": 1}, {"a": "cut', 'line 1: the file ends here, before the end of its list: it may be cut off'],
    ['[{"a": 1}', 'line 1: the file ends here, before the end of its list: it may be cut off'],
    ['[{"a": 1}, {"a": 2}}]', 'element 2: not JSON: '],
    ['[{"a": 1}] x', 'line 1: expected the end of the file after the list, found more'],
  ])('keeps the rows of %s', async (text, problem) => {
    const { rows, bad } = await read('a.json', text);
    expect(rows).toEqual([{ a: 1 }]);
    expect(bad).toEqual([expect.stringContaining(problem)]);
  });

  it('leaves out a row beyond the limit', async () => {
    const { rows, bad } = await read('a.json', `[{"a": "${'x'.repeat(200)}"}, {"a": 1}]`, 100);
    expect(rows).toEqual([{ a: 1 }]);
    expect(bad).toEqual(['element 1: longer than 100 bytes']);
  });

  it.each([
    ['a.json', '{"a": 1}\n{"a": 2}\n', 'jsonl', 2],
    ['a.json', '{"data": [{"a": 1}]}', 'json', 1],
    ['a.jsonl', '[{"a": 1}, {"a": 2}]', 'json', 2],
    ['a.jsonl', '[\n{"a": 1},\n{"a": 2}\n]', 'json', 2],
    ['a.jsonl', '{"a": 1}', 'jsonl', 1],
    ['a.csv', '{"a": 1}\n{"a": 2}\n', 'jsonl', 2],
    ['a', '{"a": 1}\n{"a": 2}\n', 'jsonl', 2],
    ['a.txt', 'a,b\n1,2\n', 'csv', 1],
  ])('reads %s with %j as %s', async (name, text, format, count) => {
    const data = await read(name, text);
    expect(data.format).toBe(format);
    expect(data.rows).toHaveLength(count);
  });
});

describe('CSV', () => {
  it('reads quotes over lines, doubled quotes and CRLF, with the line where a record begins', async () => {
    const text = '\ufeffquestion,answer\r\n"two\r\nlines, ""quoted""",1\r\n\r\nplain,2\r\n';
    expect(await read('a.csv', text)).toMatchObject({
      format: 'csv',
      delimiter: ',',
      rows: [
        { question: 'two\nlines, "quoted"', answer: '1' },
        { question: 'plain', answer: '2' },
      ],
      places: ['line 2', 'line 5'],
      bad: [],
    });
  });

  it.each([
    ['a.csv', 'a;b\n1,5;2\n3,5;4\n', ';'],
    ['a.csv', 'a\tb\n1\t2\n', '\t'],
    ['a.tsv', 'a, b\tc\n1\t2\n', '\t'],
    ['a.csv', 'a|b\n1|2\n', '|'],
    ['a.csv', 'text\none\ntwo\n', ','],
  ])('guesses the delimiter of %s with %j', async (name, text, delimiter) => {
    expect((await read(name, text)).delimiter).toBe(delimiter);
  });

  it('lists records with another number of fields and bytes that are not UTF-8', async () => {
    const { rows, bad } = await read('a.csv', bytes('a,b\n1,2\n1\n1,2,3\n"x\ncaf\xe9",4\n5,6'));
    expect(rows).toEqual([
      { a: '1', b: '2' },
      { a: '5', b: '6' },
    ]);
    expect(bad).toEqual([
      'line 3: expected 2 fields, found 1',
      'line 4: expected 2 fields, found 3',
      'line 5: not UTF-8: 0xe9 at byte 4',
    ]);
  });

  it('loses one line to a quote that is not closed', async () => {
    const { rows, places, bad } = await read('a.csv', 'a,b\n1,2\n"open,3\n4,5\n6,7\n');
    expect(rows).toEqual([
      { a: '1', b: '2' },
      { a: '4', b: '5' },
      { a: '6', b: '7' },
    ]);
    expect(places).toEqual(['line 2', 'line 4', 'line 5']);
    expect(bad).toEqual(['line 3: a quote that opens here is not closed']);
  });

  it('loses one line to a quote that is not doubled', async () => {
    const { rows, bad } = await read('a.csv', 'a,b\n"say "hi" now",3\n"open "x\n4,5\n"6",7\n');
    expect(bad[0]).toBe('line 2: a quote inside a quoted field is not doubled');
    expect(rows).toContainEqual({ a: '4', b: '5' });
    expect(rows).toContainEqual({ a: '6', b: '7' });
    expect(bad).toHaveLength(2);
  });

  it('gives up a quote beyond the limit and reads what follows', async () => {
    const rest = Array.from({ length: 50 }, (_, i) => `line ${i},x`);
    const { rows, bad } = await read('a.csv', ['a,b', '"open,3', ...rest].join('\n'), 200);
    expect(rows).toHaveLength(50);
    expect(bad).toEqual(['line 2: a quote that opens here is not closed within 200 bytes']);
  });

  it('reads a record that spans many pieces of the file', async () => {
    const text = `${'a long line\n'.repeat(300_000)}end`;
    const { rows, places } = await read('a.csv', `a,b\n"${text}",1\nx,2\n`);
    expect(rows).toEqual([
      { a: text, b: '1' },
      { a: 'x', b: '2' },
    ]);
    expect(places).toEqual(['line 2', 'line 300003']);
  });

  it('names an unnamed column by its number and refuses a name that occurs twice', async () => {
    expect((await read('a.csv', ',a\n0,x\n')).rows).toEqual([{ column_1: '0', a: 'x' }]);
    await expect(read('a.csv', 'a,b,a\n1,2,3\n')).rejects.toThrow('a.csv: header: column "a" occurs twice');
  });
});

describe('Parquet', () => {
  const expected = readFileSync(new URL('../../tests/fixtures/data/gsm8k-8.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

  it.each(['snappy', 'gzip', 'zstd'])('reads row groups compressed with %s', async (codec) => {
    const { rows, places, bad } = await all((await openData(fixture(`gsm8k-8-${codec}.parquet`))).batches());
    expect(rows).toEqual(expected);
    expect(places.slice(2, 5)).toEqual(['row group 1, row 3', 'row group 2, row 1', 'row group 2, row 2']);
    expect(bad).toEqual([]);
  });

  it("reads verl's schema as plain rows", async () => {
    const { rows } = await all((await openData(fixture('verl.parquet'))).batches());
    expect(rows[0]).toEqual({
      data_source: 'openai/gsm8k',
      prompt: [
        { role: 'system', content: 'Think first.' },
        { role: 'user', content: 'What is 2 + 3?' },
      ],
      ability: 'math',
      reward_model: { ground_truth: '5', style: 'rule' },
      extra_info: { answer: '2 + 3 = 5\n#### 5', index: 0, split: 'train', tags: [] },
    });
    expect(rows[2]).toMatchObject({ prompt: [{ content: 'Was ist 6 × 7?' }], extra_info: { tags: ['a', 'b'] } });
  });

  it('reads numbers, dates, times, decimals, bytes, lists and nulls', async () => {
    const { rows } = await all((await openData(fixture('types.parquet'))).batches());
    expect(rows[0]).toEqual({
      small: 1,
      big: 1,
      unsigned: 1,
      ratio: 0.5,
      half: 0.5,
      flag: true,
      day: '2026-11-28',
      moment: '2026-11-28T20:00:00.123456',
      nano: '1970-01-01T00:00:00.000000001',
      price: 12.5,
      raw: '/wA=',
      fixed: 'AQI=',
      word: 'x',
      numbers: [1, 2],
      nothing: null,
    });
    expect(rows[1]).toMatchObject({ small: null, big: '9007199254740993', unsigned: '9223372036854775813', raw: null });
    expect(rows[2]).toMatchObject({ big: '-1152921504606846976', day: '1969-12-31', moment: '1969-12-31T23:59:59.5' });
  });

  it('lists a row with text that is not UTF-8', async () => {
    const { rows, bad } = await all((await openData(fixture('bad-utf8.parquet'))).batches());
    expect(rows).toHaveLength(2);
    expect(bad).toEqual(['row group 1, row 2: question: not UTF-8']);
  });

  it('refuses decimals that would be rounded', async () => {
    await expect(all((await openData(fixture('long-decimal.parquet'))).batches())).rejects.toThrow(
      'long-decimal.parquet: column a: decimals of 38 digits are not supported',
    );
  });

  it('refuses a file that is cut off at either end', async () => {
    const whole = readFileSync(new URL('../../tests/fixtures/data/verl.parquet', import.meta.url));
    const half = await openData(memoryFile('half.parquet', whole.subarray(0, whole.length / 2)));
    await expect(all(half.batches())).rejects.toThrow('half.parquet: the file is cut off, or not Parquet');
    await expect(openData(memoryFile('end.parquet', whole.subarray(500)))).rejects.toThrow(
      'end.parquet: expected PAR1',
    );
  });

  it('names the row group of a page that is corrupt', async () => {
    const whole = new Uint8Array(
      readFileSync(new URL('../../tests/fixtures/data/gsm8k-8-gzip.parquet', import.meta.url)),
    );
    whole.fill(0xff, 60, 400);
    const data = await openData(memoryFile('corrupt.parquet', whole));
    await expect(all(data.batches())).rejects.toThrow('corrupt.parquet: row group 1 cannot be read');
  });

  it('says in words of its own that the footer is corrupt', async () => {
    const whole = readFileSync(new URL('../../tests/fixtures/data/verl.parquet', import.meta.url));
    const footer = whole.length - 8 - whole.readUInt32LE(whole.length - 8);
    for (let at = 0; at < 40; at++) {
      const broken = new Uint8Array(whole);
      broken[footer + at] = 0xff;
      const read = async () => all((await openData(memoryFile('corrupt.parquet', broken))).batches());
      const message = await read().then(
        () => '',
        (error: Error) => error.message,
      );
      expect(message).not.toMatch(/Cannot read propert|is not a function|Invalid array length/);
    }
  });
});

it.each([
  ['a.jsonl', '', 'a.jsonl: the file is empty'],
  ['a.jsonl.gz', bytes('\x1f\x8b\x08'), 'found compressed with gzip'],
  ['a.xlsx', bytes('PK\x03\x04'), 'found a zip archive or an Excel workbook'],
  ['a.csv', bytes('\xff\xfea\x00,\x00'), 'found UTF-16 text'],
  ['a.jsonl', bytes('{"a"\x00}'), 'bytes that are no text'],
  ['a.md', 'Hello', 'expected JSONL, JSON, CSV, TSV or Parquet'],
])('refuses %s by name', async (name, content, message) => {
  await expect(read(name, content)).rejects.toThrow(message);
});

it('stops when it is cancelled', async () => {
  const abort = new AbortController();
  const data = await openData(memoryFile('a.jsonl', '{"a": 1}\n'.repeat(300_000)));
  const seen: number[] = [];
  const reading = all(
    data.batches({
      signal: abort.signal,
      onProgress: (done) => {
        seen.push(done);
        abort.abort();
      },
    }),
  );
  await expect(reading).rejects.toMatchObject({ kind: 'cancelled', message: 'Reading a.jsonl was cancelled.' });
  expect(seen).toEqual([1 << 20]);
});
