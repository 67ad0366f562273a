/** Name of the mesh's network interface on each node; of at most 15 characters (IFNAMSIZ), and nobody else's. */
export const meshInterface = 'wg-evenkeel';
