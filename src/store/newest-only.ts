/** Repeats work that reads a state which changes meanwhile, never twice at once. */
export interface NewestOnly {
  /** Does the work, once more if it is being done; resolves when what was asked for is done. */
  again: () => Promise<void>;
  /** Joins the work that is being done, or does it. */
  join: () => Promise<void>;
}

/** Answers of two readings can come out of order, and the older one would stay: of several calls the last counts. */
export function newestOnly(work: () => Promise<void>): NewestOnly {
  let doing: Promise<void> | undefined;
  let wanted = false;
  const repeat = async () => {
    try {
      while (wanted) {
        wanted = false;
        await work();
      }
    } finally {
      doing = undefined;
    }
  };
  const again = () => {
    wanted = true;
    doing ??= repeat();
    return doing;
  };
  return { again, join: () => doing ?? again() };
}
