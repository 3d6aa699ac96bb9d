/** `demo-gppo-mean-reward`: a file name from the names of its contents, without forbidden characters. */
export const fileNameOf = (...names: string[]): string =>
  names
    .map((name) =>
      name
        .replace(/[^\p{L}\p{N}._]+/gu, '-')
        .replace(/^[-.]+|[-.]+$/g, '')
        .slice(0, 80),
    )
    .filter(Boolean)
    .join('-') || 'chart';
