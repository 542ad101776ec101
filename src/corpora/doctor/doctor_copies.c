/* Further files of one name: whole folders that are there twice, the same recordings in another
 * form, and names that stand for different sounds. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "corpora/doctor/doctor_parts.h"

enum likeness { LIKE_NOT_COMPARED, LIKE_SAMPLES, LIKE_SHAPE, LIKE_NOTHING, LIKENESSES };

struct copy {
    const struct subject *subject;
    const char *path, *kept_path;
    size_t root, kept_root;     /* folders of both that lead to what they have in common */
    const struct subject *kept; /* NULL: it was left out too */
    enum likeness likeness;
};

static const struct subject *find_subject(const struct examination *examination, const char *path)
{
    int low = 0, high = examination->subject_count;
    while (low < high) {
        int middle = low + (high - low) / 2;
        const struct subject *subject = &examination->subjects[examination->by_path[middle]];
        int order = strcmp(subject->path, path);
        if (!order)
            return subject;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* Takes the folders off that both paths end with: of "x/set/Actor_01/a.wav" and "x/Actor_01/a.wav"
 * the roots "x/set" and "x" stay. */
static void find_roots(struct copy *copy)
{
    const char *a = copy->path, *b = copy->kept_path;
    size_t i = folder_length(a), j = folder_length(b);
    copy->root = i;
    copy->kept_root = j;
    while (i > 0 && j > 0 && a[i - 1] == b[j - 1]) {
        i--;
        j--;
        if (a[i] == '/') {
            copy->root = i;
            copy->kept_root = j;
        }
    }
}

static enum likeness compare_sounds(const struct subject *a, const struct subject *b)
{
    if (!b || !a->is_measured || !b->is_measured)
        return LIKE_NOT_COMPARED;
    if (hash_equal(a->sound.print, b->sound.print))
        return LIKE_SAMPLES;
    return sound_alike(&a->sound, &b->sound) ? LIKE_SHAPE : LIKE_NOTHING;
}

/* In byte order of the first `length` bytes. */
static int compare_folders(const char *a, size_t length_a, const char *b, size_t length_b)
{
    int order = memcmp(a, b, length_a < length_b ? length_a : length_b);
    return order ? order : (length_a > length_b) - (length_a < length_b);
}

static int compare_copies(const void *a, const void *b)
{
    const struct copy *left = a, *right = b;
    int order =
        compare_folders(left->kept_path, left->kept_root, right->kept_path, right->kept_root);
    if (!order)
        order = compare_folders(left->path, left->root, right->path, right->root);
    return order ? order : strcmp(left->path, right->path);
}

static bool contains(const char *folder, size_t length, const char *path, size_t path_length)
{
    return length <= path_length && !memcmp(folder, path, length) &&
           (length == path_length || !length || path[length] == '/');
}

/* How many copies, from `first` on, lie in one folder that does not hold what they are copies of;
 * *root are its first bytes. */
static int find_run(const struct copy *first, const struct copy *end, size_t *root)
{
    const struct copy *next = first + 1;
    *root = first->root;
    for (; next < end; next++) {
        if (compare_folders(first->kept_path, first->kept_root, next->kept_path, next->kept_root))
            break;
        size_t shared = folders_shared(first->path, *root, next->path);
        if (shared < *root && contains(first->path, shared, first->kept_path, first->kept_root))
            break;
        *root = shared;
    }
    return (int)(next - first);
}

static void describe(char *detail, size_t room, const struct copy *copies, int count)
{
    static const char *const texts[LIKENESSES] = {
        [LIKE_NOT_COMPARED] = "not compared",
        [LIKE_SAMPLES] = "sample by sample the same",
        [LIKE_SHAPE] = "the same in another form",
    };
    size_t used = 0;
    *detail = 0;
    for (int like = LIKENESSES - 1; like >= 0; like--) {
        int found = 0;
        for (int i = 0; i < count; i++)
            found += copies[i].likeness == (enum likeness)like;
        if (found && texts[like] && used < room)
            used += (size_t)snprintf(detail + used, room - used, "%s%d %s", used ? ", " : "", found,
                                     texts[like]);
    }
}

static ser_status add_run(const struct copy *copies, int count, size_t root,
                          struct findings *findings, ser_error *error)
{
    char detail[160];
    const char *corpus = copies->kept ? subject_corpus(copies->kept) : "";
    describe(detail, sizeof detail, copies, count);
    if (count == 1)
        return findings_add(findings, FINDING_SAME_NAME, corpus, copies->path, detail + 2,
                            copies->kept_path, 1, error);
    char *folder = folder_copy(copies->path, root);
    char *kept = folder_copy(copies->kept_path, copies->kept_root);
    ser_status status = folder && kept ? findings_add(findings, FINDING_SAME_NAME, corpus, folder,
                                                      detail, kept, count, error)
                                       : error_memory(error, "examining a corpus");
    free(folder);
    free(kept);
    return status;
}

/* Adds those that sound differently one by one, and closes the gaps; *count is how many stay. */
static ser_status add_different(struct copy *copies, int *count, struct findings *findings,
                                ser_error *error)
{
    char detail[120];
    ser_status status = SER_OK;
    int kept = 0;
    for (int i = 0; i < *count && !status; i++) {
        const struct copy *copy = &copies[i];
        if (copy->likeness != LIKE_NOTHING) {
            copies[kept++] = *copy;
            continue;
        }
        snprintf(detail, sizeof detail, "%.2f s, peak %.3f, as against %.2f s, peak %.3f",
                 copy->subject->sound.seconds, copy->subject->sound.peak, copy->kept->sound.seconds,
                 copy->kept->sound.peak);
        status = findings_add(findings, FINDING_OTHER_SOUND, subject_corpus(copy->kept), copy->path,
                              detail, copy->kept_path, 1, error);
    }
    *count = kept;
    return status;
}

ser_status doctor_judge_copies(const struct examination *examination, struct findings *findings,
                               ser_error *error)
{
    struct copy *copies = calloc((size_t)examination->subject_count + 1, sizeof *copies);
    int count = 0;
    if (!copies)
        return error_memory(error, "examining a corpus");
    for (int i = 0; i < examination->subject_count; i++) {
        const struct subject *subject = &examination->subjects[i];
        if (subject->role != SUBJECT_COPY || !subject->left_out->other)
            continue;
        struct copy *copy = &copies[count++];
        *copy = (struct copy){
            .subject = subject,
            .path = subject->path,
            .kept_path = subject->left_out->other,
            .kept = find_subject(examination, subject->left_out->other),
        };
        copy->likeness = compare_sounds(subject, copy->kept);
        find_roots(copy);
    }
    ser_status status = add_different(copies, &count, findings, error);
    if (count)
        qsort(copies, (size_t)count, sizeof *copies, compare_copies);
    for (int i = 0, run; i < count && !status; i += run) {
        size_t root;
        run = find_run(copies + i, copies + count, &root);
        status = add_run(copies + i, run, root, findings, error);
    }
    free(copies);
    return status;
}
