import { AutotuneError } from '../errors.ts'
import { formatBytes } from '../units.ts'

/** What went wrong with a file, by errno name. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: 'You may not write there',
  EPERM: 'You may not write there',
  EROFS: 'The file system is mounted read-only',
  ENOSPC: 'The disk is full',
  EDQUOT: 'Your disk quota is used up',
  EFBIG: 'The file would be larger than allowed',
  EIO: 'The disk reports an error',
  ENOTDIR: 'A part of the path is a file, not a folder',
  ENOENT: 'A part of the path does not exist',
  EEXIST: 'It is a file, not a folder',
  ENAMETOOLONG: 'The path is too long',
  ELOOP: 'The path has too many symbolic links',
  EMFILE: 'Too many files are open',
}

/** A folder that no recording can be made in. */
export function cannotRecordTo(directory: string, errno: string): AutotuneError {
  return new AutotuneError({
    code: 'HOST_REFUSED',
    what: `No recording can be written to ${directory}.`,
    why: `${reasons[errno] ?? 'The system refused'} (${errno}).`,
    next:
      errno === 'ENOSPC'
        ? 'Free some space, or choose a folder on another disk with -o DIR.'
        : 'Choose a folder you may write to with -o DIR.',
  })
}

/** A folder with files that are not ours to replace. */
export function folderInUse(directory: string): AutotuneError {
  return new AutotuneError({
    code: 'HOST_REFUSED',
    what: `${directory} holds files that are not a recording.`,
    why: 'autotune replaces recordings, and nothing else.',
    next: 'Choose a new or empty folder with -o DIR.',
  })
}

/** Writing failed while recording. */
export function recordingCutShort(directory: string, errno: string): AutotuneError {
  return new AutotuneError({
    code: 'HOST_REFUSED',
    what: `The recording in ${directory} ends early.`,
    why: `${reasons[errno] ?? 'The system refused to write on'} (${errno}).`,
    next: `What was written before is kept: autotune analyze ${directory}. ${errno === 'EFBIG' ? 'Record for a shorter time' : 'Free some space and record again for the rest'}.`,
  })
}

/** A table that could not be replaced in a recording that is there already. */
export function cannotWriteTable(path: string, errno: string): AutotuneError {
  return new AutotuneError({
    code: 'HOST_REFUSED',
    what: `${path} could not be written.`,
    why: `${reasons[errno] ?? 'The system refused'} (${errno}).`,
    next: 'Nothing is lost: the next analysis computes it again.',
  })
}

/** Nothing at the path. */
export function noRecording(path: string, errno: string): AutotuneError {
  return new AutotuneError({
    code: 'BAD_INPUT',
    what: `There is no recording at ${path}.`,
    why: `No such file or folder (${errno}).`,
    next: 'Check the path; autotune record -o DIR makes a recording.',
  })
}

/** Something else at the path. */
export function notARecording(path: string, why: string): AutotuneError {
  return new AutotuneError({
    code: 'BAD_INPUT',
    what: `${path} is not a recording of autotune.`,
    why,
    next: 'Give the folder that autotune record -o DIR wrote.',
  })
}

/** A file of a recording that is there but cannot be opened. */
export function cannotRead(path: string, errno: string): AutotuneError {
  const isForbidden = errno === 'EACCES' || errno === 'EPERM'
  return new AutotuneError({
    code: 'HOST_REFUSED',
    what: `${path} cannot be read.`,
    why: isForbidden ? `Recordings can be read by their owner alone (${errno}).` : `The system refused (${errno}).`,
    next: isForbidden
      ? 'Run the same command with sudo, or give yourself the recording: sudo chown -R $USER DIR'
      : 'Check the path and the disk.',
  })
}

/** A file beyond what is read into memory. */
export function tooLarge(path: string, maxBytes: number): AutotuneError {
  return new AutotuneError({
    code: 'BAD_INPUT',
    what: `${path} is too large.`,
    why: `Files of a recording are read up to ${formatBytes(maxBytes)}.`,
    next: 'Record for a shorter time or with a lower --frequency.',
  })
}

/** A file of a recording that cannot be what it should be. */
export function damagedFile(path: string, why: string): AutotuneError {
  return new AutotuneError({
    code: 'BAD_INPUT',
    what: `${path} is damaged.`,
    why,
    next: 'Record again; if a fresh recording fails too, attach it to a bug report.',
  })
}

/** A recording whose tables mean something this version does not know. */
export function newerRecording(directory: string, found: { version: string; schemaVersion: number; known: number }): AutotuneError {
  return new AutotuneError({
    code: 'BAD_INPUT',
    what: `The recording ${directory} was made by a newer version of autotune (${found.version}).`,
    why: `Its tables follow schema ${found.schemaVersion}; this version knows schemas up to ${found.known}.`,
    next: `Analyze it with autotune ${found.version} or newer, or record again with this version.`,
  })
}
