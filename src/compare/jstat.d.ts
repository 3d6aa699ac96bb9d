/** The little of jStat that is used here; the package brings no types. */
declare module 'jstat' {
  export const jStat: {
    /** Student's t with `degrees` of freedom. */
    studentt: { inv(probability: number, degrees: number): number };
  };
}
