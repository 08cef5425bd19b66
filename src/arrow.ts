/**
 * Tables ↔ Arrow IPC files: the only module that knows Apache Arrow.
 *
 * A table file is an Arrow IPC file whose bytes are also a stream, so that it can be read before its footer is written:
 *
 *     "ARROW1" 0 0 │ schema │ dictionaries │ batch │ delta dictionaries │ batch │ … │ end mark │ footer │ "ARROW1"
 *
 * Text columns are Dictionary<Utf8, Int32> and null where NONE; the other columns are Float64, Int32, Uint8 and Uint64.
 */

export * from './arrow/reader.ts'
export * from './arrow/writer.ts'
