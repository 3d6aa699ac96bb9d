/**
 * A page in a headless Firefox, driven by WebDriver BiDi. Everything that a user would not expect is recorded: errors
 * in the console, uncaught errors, and requests to other origins.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { expect } from 'vitest';
import { findFirefox, WEBGPU_SETTINGS } from '../../scripts/firefox.mjs';
import { halfEnvironment } from '../../scripts/half-adapter.mjs';

/** Milliseconds that a page on a busy machine may take for what needs no kernels. */
export const SOON = 60_000;
/** Milliseconds for what compiles kernels on a busy machine. */
export const COMPILED = 300_000;

const POLL = 200;

export const byId = (id: string): string => `[data-testid="${id}"]`;
/** A button, link or heading by its name. */
export const named = (name: string): string =>
  `::-p-xpath(//*[self::button or self::a][@aria-label="${name}" or normalize-space(.)="${name}"])`;

export class FirefoxPage {
  /** Errors and requests that must not be. */
  readonly faults: string[] = [];

  private constructor(
    readonly browser: Browser,
    readonly page: Page,
    private readonly folder: string,
  ) {}

  /**
   * @param profile folder of a profile, whose stored data a later page can find again
   * @param settings in addition to those of `about:config` that WebGPU needs
   */
  static async open(profile: string, settings: Record<string, boolean> = {}): Promise<FirefoxPage> {
    const folder = mkdtempSync(join(tmpdir(), 'gppo-firefox-'));
    const downloads = join(folder, 'downloads');
    mkdirSync(downloads);
    const browser = await puppeteer.launch({
      browser: 'firefox',
      executablePath: findFirefox(),
      headless: true,
      userDataDir: profile,
      // A loaded page answers late.
      protocolTimeout: COMPILED,
      timeout: SOON * 2,
      // Without the optimizations of lavapipe's compiler, which take 9 of 10 seconds of a run's start.
      env: { ...process.env, ...(await halfEnvironment()), GALLIVM_PERF: 'nopt' },
      extraPrefsFirefox: {
        ...WEBGPU_SETTINGS,
        'browser.download.folderList': 2,
        'browser.download.dir': downloads,
        'browser.download.useDownloadDir': true,
        'browser.download.always_ask_before_handling_new_types': false,
        ...settings,
      },
    });
    const page = await browser.newPage();
    await page.setViewport({ width: 1440, height: 900 });
    const opened = new FirefoxPage(browser, page, downloads);
    opened.watch();
    return opened;
  }

  private watch(): void {
    const { page, faults } = this;
    page.on('console', (message) => message.type() === 'error' && faults.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => faults.push(`error: ${error instanceof Error ? error.message : String(error)}`));
    // A run that is paused is left for another page.
    page.on('dialog', (dialog) => {
      if (dialog.type() !== 'beforeunload') faults.push(`dialog: ${dialog.message()}`);
      void dialog.accept();
    });
    page.on('request', (request) => {
      if (!/^(http:\/\/localhost:|data:|blob:|about:)/.test(request.url())) faults.push(`request: ${request.url()}`);
    });
  }

  async close(): Promise<void> {
    await this.browser.close();
    rmSync(join(this.folder, '..'), { recursive: true, force: true });
  }

  /** Texts of the elements of a selector, which may be one of `named`. */
  texts(selector: string): Promise<string[]> {
    return this.page.$$eval(selector, (found) => found.map((element) => element.textContent ?? ''));
  }

  /** Waits until the text of the first element is as expected. */
  async sees(selector: string, text: string | RegExp, timeout = SOON): Promise<void> {
    await expect
      .poll(async () => (await this.texts(selector))[0] ?? `no ${selector}`, { timeout, interval: POLL })
      .toMatch(text);
  }

  /** Waits until there is such an element. */
  async exists(selector: string, timeout = SOON): Promise<void> {
    await expect
      .poll(async () => (await this.texts(selector)).length, { timeout, interval: POLL, message: selector })
      .toBeGreaterThan(0);
  }

  /** Presses a button or link as soon as it is available. */
  async press(selector: string): Promise<void> {
    const unavailable = () =>
      this.page.$$eval(selector, ([button]) =>
        button ? button.matches('[disabled], [aria-disabled="true"]') : 'not there',
      );
    await expect.poll(unavailable, { timeout: SOON, interval: POLL, message: selector }).toBe(false);
    const button = await this.page.$(selector);
    // It is scrolled into view, and clicked with the pointer.
    await button?.click();
    await button?.dispose();
  }

  async go(place: string): Promise<void> {
    await this.press(named(place));
    await this.exists('main:not([aria-busy])');
  }

  /** Replaces the text of the editor line by line, which the editor would otherwise indent and complete. */
  async write(editor: string, text: string): Promise<void> {
    await this.exists(editor);
    await this.page.focus(editor);
    await this.page.keyboard.down('Control');
    await this.page.keyboard.press('a');
    await this.page.keyboard.up('Control');
    for (const [i, line] of text.trimEnd().split('\n').entries()) {
      if (i > 0) await this.page.keyboard.press('Enter');
      await this.page.evaluate((words) => document.execCommand('insertText', false, words), line.trim());
    }
  }

  async steps(): Promise<number> {
    return Number((await this.texts(byId('step-value')))[0] ?? 0);
  }

  /** The file that a press saves, once it is complete. */
  async saved(press: () => Promise<void>): Promise<{ name: string; data: Buffer }> {
    const before = new Set(readdirSync(this.folder));
    await press();
    const found = () => readdirSync(this.folder).filter((name) => !before.has(name));
    // Firefox first makes an empty file of the final name, then writes beside it.
    const complete = () => {
      const names = found();
      return names.length === 1 && statSync(join(this.folder, names[0] ?? '')).size > 0;
    };
    await expect.poll(complete, { timeout: SOON, interval: POLL, message: 'a complete download' }).toBe(true);
    const [name = ''] = found();
    return { name, data: readFileSync(join(this.folder, name)) };
  }
}
