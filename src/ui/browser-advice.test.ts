import { expect, it } from 'vitest';
import { detectBrowser } from '../views/browser.ts';
import { webGpuAdvice } from './browser-advice.ts';

const AGENTS: [agent: string, name: string, version: string, system: string, advice: RegExp][] = [
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Safari/537.36',
    'Chrome',
    '109',
    'Windows',
    /Update Chrome: WebGPU came with version 113/,
  ],
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    'Chrome',
    '140',
    'Linux',
    /Vulkan/,
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 ' +
      'Safari/537.36 Edg/140.0.0.0',
    'Edge',
    '140',
    'Windows',
    /edge:\/\/flags/,
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:130.0) Gecko/20100101 Firefox/130.0',
    'Firefox',
    '130',
    'macOS',
    /145 on macOS/,
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0', 'Firefox', '145', 'Linux', /about:config/],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 ' +
      'Safari/605.1.15',
    'Safari',
    '17',
    'macOS',
    /Safari 26/,
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0',
    'Firefox',
    '142',
    'Windows',
    /hardware acceleration/,
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ' +
      'CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1',
    'Chrome',
    '126',
    'iOS',
    /iOS 26/,
  ],
  ['SomethingElse/1.0', 'This browser', '', '', /current Chrome/],
];

it.each(AGENTS)('%s', (agent, name, version, system, advice) => {
  const browser = detectBrowser(agent);
  expect(browser).toEqual({ name, version, system });
  expect(webGpuAdvice(browser, { secure: true, api: false }).join(' ')).toMatch(advice);
});

it.each([
  ['Chrome', '140', 'Linux', /chrome:\/\/gpu.*blocklist.*Override software rendering list/],
  ['Edge', '140', 'Windows', /edge:\/\/gpu.*Edge’s blocklist/],
  ['Firefox', '153', 'Linux', /blocklist.*gfx\.webgpu\.ignore-blocklist to true/],
  ['Firefox', '153', 'Windows', /gfx\.webgpu\.ignore-blocklist/],
  ['Chrome', '140', 'iOS', /hardware acceleration/],
])('names the blocklist of drivers where %s %s on %s has WebGPU but no adapter', (name, version, system, advice) => {
  const steps = webGpuAdvice({ name, version, system }, { secure: true, api: true });
  expect(steps.join(' ')).toMatch(advice);
  // What the browser has needs no setting.
  expect(steps.join(' ')).not.toMatch(/dom\.webgpu\.enabled/);
});

it('asks for a secure page first', () => {
  expect(webGpuAdvice(detectBrowser(AGENTS[0]?.[0] ?? ''), { secure: false, api: false })).toEqual([
    expect.stringMatching(/https/),
  ]);
});
