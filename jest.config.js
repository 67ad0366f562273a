/** Unit tests sit beside the code they test; the tests that need the lab are in test/ and run one after the other. */
const transform = {
  '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }],
};
module.exports = {
  // Beside the lab's tests, two cores have many times as much to do as jest's default of 5 s is meant for.
  testTimeout: 30_000,
  projects: [
    {
      displayName: 'unit',
      testEnvironment: 'node',
      transform,
      testMatch: ['<rootDir>/**/*.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/lab/'],
    },
    {
      displayName: 'lab',
      testEnvironment: '<rootDir>/test/lab-environment.ts',
      transform,
      testMatch: ['<rootDir>/test/lab/**/*.spec.ts'],
    },
  ],
};
