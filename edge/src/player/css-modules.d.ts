/** A style sheet as text (Vite, Features: CSS). */
declare module '*.css?inline' {
  const css: string;
  export default css;
}
