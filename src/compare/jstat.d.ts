/** The little of jStat that is used here; the package is CommonJS and brings no types. */
declare module 'jstat' {
  const jstat: {
    /** Student's t with `degrees` of freedom. */
    studentt: { inv(probability: number, degrees: number): number };
  };
  export default jstat;
}
