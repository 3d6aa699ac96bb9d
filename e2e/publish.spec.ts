/** Publishing a trained policy to a hub. */
import { expect } from '@playwright/test';
import { HubWrites } from '../tests/support/hub-writes.ts';
import { hubAt, startHub } from './hub.ts';
import { test } from './returning.ts';
import { expectAccessible, expectFitsNarrow, oneStep, openSmall } from './studio.ts';

const PORT = 41_739;
const TOKEN = 'hf_secretOfThisTest';

test.use(hubAt(PORT));

test('publishes a policy with its card, and keeps no token', async ({ page }) => {
  const hub = await startHub(PORT, {});
  const writes = new HubWrites(TOKEN, 'ada');
  hub.writes = writes;
  try {
    await openSmall(page, 2);
    await oneStep(page);
    await page.getByTestId('publish').click();
    const dialog = page.getByRole('dialog', { name: 'Publish to Hugging Face' });
    await dialog.getByRole('textbox', { name: /^Repository/ }).fill('ada/tiny');
    await dialog.getByRole('textbox', { name: /^Access token/ }).fill('hf_wrong');
    await dialog.getByTestId('publish-start').click();
    await expect(dialog.getByRole('alert')).toContainText('does not accept the access token');
    await expectAccessible(page);
    await expectFitsNarrow(page);

    await dialog.getByRole('textbox', { name: /^Access token/ }).fill(TOKEN);
    await dialog.getByTestId('publish-start').click();
    await expect(dialog.getByTestId('publish-page')).toHaveText('https://huggingface.co/ada/tiny');
    await dialog.getByRole('button', { name: 'Close' }).last().click();

    const repository = writes.repositories.get('ada/tiny');
    expect(repository?.visibility).toBe('private');
    const files = Object.fromEntries([...(repository?.files ?? [])].map(([path, data]) => [path, data.toString()]));
    expect(Object.keys(files)).toEqual(
      expect.arrayContaining(['README.md', 'recipe.json', 'metrics.jsonl', 'config.json', 'model.safetensors']),
    );
    expect(files['README.md']).toContain('library_name: transformers');
    // Every picture that the card refers to is in the commit.
    const pictures = [...(files['README.md'] ?? '').matchAll(/\]\((curves\/[\w-]+\.svg)\)/g)].map(
      ([, path = '']) => path,
    );
    expect(pictures).toContain('curves/reward.svg');
    for (const path of pictures) expect(files[path]).toMatch(/^<svg /);
    const metrics = files['metrics.jsonl']?.trimEnd().split('\n') ?? [];
    expect(metrics.length).toBeGreaterThan(0);
    expect(JSON.parse(metrics.at(-1) ?? '')).toHaveProperty('metrics');

    // The token is in no storage of the page, and not in the form that opens again.
    await page.getByTestId('publish').click();
    await expect(page.getByRole('textbox', { name: /^Access token/ })).toHaveValue('');
    const stored = await page.evaluate(async () => {
      const texts = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie];
      for (const { name } of await indexedDB.databases()) {
        const db = await new Promise<IDBDatabase>((resolve, reject) => {
          const request = indexedDB.open(name ?? '');
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(new Error(String(request.error)));
        });
        for (const store of db.objectStoreNames)
          texts.push(
            await new Promise<string>((resolve) => {
              const request = db.transaction(store).objectStore(store).getAll();
              request.onsuccess = () => resolve(JSON.stringify(request.result));
              request.onerror = () => resolve('');
            }),
          );
        db.close();
      }
      return texts.join('\n');
    });
    expect(stored.length).toBeGreaterThan(100);
    expect(stored).not.toContain('hf_');
  } finally {
    await hub.close();
  }
});
