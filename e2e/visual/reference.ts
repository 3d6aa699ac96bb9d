/**
 * Pictures of the page against kept references. Both are reduced to a quarter of their size first: letters become
 * grey, so that another version of a font is not a difference, while boxes that overlap, overflow or vanish are one.
 */
import { expect, type BrowserContext, type Locator, type Page } from '@playwright/test';

const REDUCTION = 4;

/** Most of what may differ; with another font than that of the references, texts wrap elsewhere. */
const TOLERANCE = { threshold: 0.08, maxDiffPixelRatio: 0.02 };
const OTHER_FONT = { threshold: 0.25, maxDiffPixelRatio: 0.1 };

/** A text and its width in the font of the references, pixels. */
const SAMPLE = 'Gradient mass by zone, 0123456789';
const SAMPLE_WIDTH = 241.09;

async function toleranceOf(page: Page): Promise<typeof TOLERANCE> {
  const width = await page.evaluate((text) => {
    const context = document.createElement('canvas').getContext('2d');
    if (!context) throw new Error('this browser has no 2D canvas');
    context.font = `13px ${getComputedStyle(document.body).fontFamily}`;
    return context.measureText(text).width;
  }, SAMPLE);
  return Math.abs(width - SAMPLE_WIDTH) < 0.5 ? TOLERANCE : OTHER_FONT;
}

/**
 * @param masked what differs from run to run: times, speeds
 * @param hidden selectors of what differs in its width, too, so that texts after it wrap elsewhere
 */
export async function expectLooksLike(
  page: Page,
  name: string,
  masked: Locator[] = [],
  hidden: readonly string[] = [],
): Promise<void> {
  // Away from whatever shows a tooltip.
  await page.mouse.move(1, 1);
  await expect(page.getByRole('tooltip')).toHaveCount(0);
  const picture = await page.screenshot({
    animations: 'disabled',
    caret: 'hide',
    mask: masked,
    maskColor: '#888',
    ...(hidden.length > 0 && { style: `${hidden.join()} { display: none !important; }` }),
  });
  expect(await reduced(page, picture)).toMatchSnapshot(`${name}.png`, await toleranceOf(page));
}

/** One empty page per browser context, in which pictures are reduced. */
const helpers = new WeakMap<BrowserContext, Page>();

/** The picture at a quarter of its width and height, averaged. */
async function reduced(page: Page, picture: Buffer): Promise<Buffer> {
  const context = page.context();
  const helper = helpers.get(context) ?? (await context.newPage());
  helpers.set(context, helper);
  const url = await helper.evaluate(
    async ([source, reduction]) => {
      const image = await createImageBitmap(await (await fetch(source)).blob());
      const canvas = document.createElement('canvas');
      canvas.width = Math.round(image.width / reduction);
      canvas.height = Math.round(image.height / reduction);
      const context = canvas.getContext('2d');
      if (!context) throw new Error('this browser has no 2D canvas');
      context.imageSmoothingQuality = 'high';
      context.drawImage(image, 0, 0, canvas.width, canvas.height);
      return canvas.toDataURL('image/png');
    },
    [`data:image/png;base64,${picture.toString('base64')}`, REDUCTION] as const,
  );
  // The page under test is the one in front: timers and frames of others are slowed down.
  await page.bringToFront();
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
}
