/**
 * A recording on disk: a folder with manifest.json and one Arrow file per table, written while it is recorded.
 *
 * At any instant the folder is a readable recording. Rows are in the file (write(2), not fsync) before append() returns;
 * everything that changes later is written beside the old file and renamed over it. So kill -9 costs at most the rows that
 * were not appended yet.
 */

export * from './recording/reader.ts'
export * from './recording/writer.ts'
