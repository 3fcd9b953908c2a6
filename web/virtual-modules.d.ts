/** What our own Vite plugins provide under a name that no file has. */
declare module "virtual:feather-icons" {
  const drawings: Readonly<Record<import("./shell/icon-names.ts").IconName, string>>;
  export default drawings;
}
