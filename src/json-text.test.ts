import { describe, expect, it } from 'vitest';
import { StudioError } from './errors.ts';
import { stream } from './random.ts';
import { parseJsonText, readJsonText } from './json-text.ts';

const faultOf = (text: string) => {
  const read = readJsonText(text);
  return 'fault' in read ? read.fault : undefined;
};

describe('JSON from outside', () => {
  it.each(['{"a": [1, -2.5e3, "x\\n\\u00e9", true, null, {}]}', ' 5 ', '"[["', '[]'])('reads %s', (text) => {
    expect(parseJsonText(text, 'x')).toEqual(JSON.parse(text));
  });

  it.each([
    ['', 'column 1: expected a value, found its end'],
    ['{"a": 1,\n "b" 2}', 'line 2, column 6: expected a colon, found "2}"'],
    ['{"a": 1\n "b": 2}', 'line 1, column 8: expected a comma or }, found ""'],
    ['[1, 2', 'column 6: expected a comma or ], found its end'],
    ['[1, ]', 'column 5: expected a value, found "]"'],
    ['{a: 1}', 'column 2: expected a field’s name in double quotes, found "a: 1}"'],
    ['{"a": NaN}', 'column 7: expected a value, found "NaN}"'],
    ['"x', 'column 3: expected the end of a text, found its end'],
    ['"\\q"', 'column 2: expected an escape of JSON, found "\\\\q\\""'],
    ['1 2', 'column 3: expected the end of the text, found "2"'],
    ['01', 'column 2: expected the end of the text, found "1"'],
    ['\ufeff{}', 'column 1: expected a value, found "\ufeff{}"'],
  ])('says where %j stops being JSON', (text, fault) => {
    expect(() => parseJsonText(text, 'run.json')).toThrow(`run.json: not JSON: ${fault}`);
    expect(() => parseJsonText(text, 'run.json')).toThrow(StudioError);
  });

  it('refuses what is nested too deeply to be walked, also with brackets in strings', () => {
    const nested = (levels: number) => '["[[[\\"", '.repeat(levels) + '1' + ']'.repeat(levels);
    expect(faultOf(nested(200))).toBeUndefined();
    for (const levels of [201, 100_000])
      expect(faultOf(nested(levels))).toMatch(/at most 200 levels of lists and objects/);
    expect(faultOf('['.repeat(100_000))).toMatch(/at most 200 levels/);
  });

  it('finds a fault in whatever JSON.parse refuses', () => {
    const text = '{"a": [1, -2.5e3, "x\\n\\u00e9", true, null, {"b": {}}]}';
    for (let seed = 0; seed < 500; seed++) {
      const random = stream(seed, 'json');
      const at = random.integer(text.length);
      const broken =
        text.slice(0, at) + String.fromCharCode(32 + random.integer(95)) + text.slice(at + random.integer(3));
      let valid = true;
      try {
        JSON.parse(broken);
      } catch {
        valid = false;
      }
      const fault = faultOf(broken);
      expect(fault === undefined, broken).toBe(valid);
      if (!valid) expect(fault).toMatch(/^not JSON: column \d+: expected (?!JSON)/);
    }
  });
});
