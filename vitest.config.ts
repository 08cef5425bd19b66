import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    env: { TZ: 'UTC' },
    projects: [
      { extends: true, test: { name: 'unit', include: ['{src,rules,test}/**/*.test.ts'], exclude: ['**/*.kernel.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'kernel',
          include: ['{src,test}/**/*.kernel.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
