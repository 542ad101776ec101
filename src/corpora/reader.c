#include "corpora/reader.h"

#include <string.h>

const struct corpus_reader *const corpus_readers[] = {
    &ravdess_reader, &crema_d_reader,  &tess_reader,     &savee_reader,
    &emodb_reader,   &asvp_esd_reader, &manifest_reader, NULL,
};

const struct corpus_reader *corpus_reader_find(const char *name)
{
    for (int i = 0; corpus_readers[i]; i++)
        if (!strcmp(corpus_readers[i]->name, name))
            return corpus_readers[i];
    return NULL;
}
