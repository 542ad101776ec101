/* Finding a shared object that is opened only when it is needed. */
#ifndef AUDIO_MODULE_SEARCH_H
#define AUDIO_MODULE_SEARCH_H

#include <stddef.h>

/* Opens the first module called `file` in: the folder that the environment's SER_MODULE_DIR names
 * (then only there); the folder of the installation; the places beside the running library or
 * program where an unpacked installation or a build tree has it. Returns the handle of dlopen, or
 * NULL; then `reason` is empty when no such file exists, else it says why it could not be opened.
 */
void *module_search_open(const char *file, char *reason, size_t size);

#endif
