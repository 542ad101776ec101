/* Looking at the first bytes of a file that no decoder wants, to say what it is instead. */
#ifndef AUDIO_SNIFF_H
#define AUDIO_SNIFF_H

#include <stdbool.h>

#include "audio/source.h"

/* For sentences: "expected " AUDIO_KINDS. */
#define AUDIO_KINDS "wav, flac, ogg, opus, mp3, aiff, m4a, webm or amr"

/* Checks before any decoder runs: an empty file, a Git-LFS pointer and 16-bit text (whose mark at
 * the start looks like MPEG sound) are refused. */
ser_status audio_sniff_refuse(struct audio_source *source, ser_error *error);

/* "MP4", "AMR", … when the bytes begin like sound that only the FFmpeg module reads, else NULL. */
const char *audio_sniff_container(struct audio_source *source);

/* What the bytes begin like: "WAV", "AIFF", "FLAC", "Ogg Opus", "MP3", … or one of the above; NULL:
 * nothing known here, which the decoders may know all the same. */
const char *audio_sniff_kind(struct audio_source *source);

/* Whether the file is a Git-LFS pointer, which stands in place of a file that was not fetched. */
bool audio_sniff_pointer(struct audio_source *source);

/* Whether the file begins with text. */
bool audio_sniff_text(struct audio_source *source);

/* Bytes that a RIFF or AIFF header promises beyond the end of the file; 0 when it keeps its
 * promise or is of another kind. */
int64_t audio_sniff_missing(struct audio_source *source);

#endif
