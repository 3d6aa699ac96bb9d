/** The version of the studio, as in package.json, which version.test.ts compares. */
export const VERSION = '0.1.0';
