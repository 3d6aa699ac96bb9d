/** `demo-gppo-mean-reward`: a file's name from the names of what it holds, without characters that systems forbid. */
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
