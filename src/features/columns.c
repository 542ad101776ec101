#include "features/columns.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"

/* Bytes for one name or one unit, longer than any. */
enum { TEXT = 96 };

void column_list_release(struct column_list *list)
{
    free(list->columns);
    free(list->texts);
    free(list->voiced_only);
    *list = (struct column_list){0};
}

/* Room for `count` columns with `texts` made texts each. */
static ser_status make_room(struct column_list *list, int count, size_t texts, ser_error *error)
{
    *list = (struct column_list){.count = count};
    size_t wanted = (size_t)count + 1; /* never 0 */
    list->columns = calloc(wanted, sizeof *list->columns);
    list->texts = memory_resize(NULL, wanted * texts, TEXT);
    list->voiced_only = calloc(wanted, 1);
    if (list->columns && list->texts && list->voiced_only)
        return SER_OK;
    column_list_release(list);
    return error_memory(error, "naming the columns of features");
}

ser_status column_list_of_groups(struct column_list *list, const struct column_group *groups,
                                 int count, ser_error *error)
{
    int columns = 0;
    for (int g = 0; g < count; g++)
        columns += groups[g].count;
    ser_status status = make_room(list, columns, 1, error);
    if (status)
        return status;
    int place = 0;
    for (int g = 0; g < count; g++)
        for (int i = 0; i < groups[g].count; i++, place++) {
            char *name = list->texts + (size_t)place * TEXT;
            if (groups[g].count == 1)
                snprintf(name, TEXT, "%s", groups[g].name);
            else
                snprintf(name, TEXT, "%s_%d", groups[g].name, i);
            list->columns[place] = (ser_column){name, groups[g].unit, groups[g].formula};
            list->voiced_only[place] = (char)groups[g].voiced_only;
        }
    return SER_OK;
}

ser_status column_list_of_functionals(struct column_list *list, const struct column_list *columns,
                                      const struct functional *functionals, int count,
                                      ser_error *error)
{
    ser_status status = make_room(list, columns->count * count, 2, error);
    if (status)
        return status;
    for (int place = 0; place < list->count; place++) {
        const ser_column *column = &columns->columns[place / count];
        int functional = place % count;
        char *name = list->texts + (size_t)place * 2 * TEXT, *unit = name + TEXT;
        snprintf(name, TEXT, "%s_%s", column->name, functional_name(functionals, functional));
        functional_unit(functionals, functional, column->unit, unit, TEXT);
        list->columns[place] =
            (ser_column){name, unit, functional_formula(functionals, functional)};
    }
    return SER_OK;
}
