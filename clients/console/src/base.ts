/** Where the service is: this script is at `console/console.js` below it, also below a base path. */
export const base = new URL("../", import.meta.url);
