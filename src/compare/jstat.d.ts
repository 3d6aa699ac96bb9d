/** Types of the part of jStat that is used here; the package is CommonJS and has none. */
declare module 'jstat' {
  const jstat: {
    /** Student's t distribution with `degrees` of freedom. */
    studentt: {
      inv(probability: number, degrees: number): number;
      cdf(value: number, degrees: number): number;
    };
    chisquare: { cdf(value: number, degrees: number): number };
    normal: { inv(probability: number, mean: number, deviation: number): number };
  };
  export default jstat;
}
