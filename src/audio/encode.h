/* Which kinds of files sound can be saved as. */
#ifndef AUDIO_ENCODE_H
#define AUDIO_ENCODE_H

/* The endings, for sentences. */
#define AUDIO_ENDINGS ".wav, .flac, .ogg or .opus"

/* Whether the name ends like a kind that ser_audio_save can write. */
int audio_encode_knows(const char *path);

#endif
