#include "nn/onednn/operation.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

static void task_release(struct task *task)
{
    dnnl_primitive_destroy(task->primitive);
    dnnl_memory_destroy(task->scratch);
}

static void operand_release(struct operand *operand)
{
    dnnl_memory_destroy(operand->user);
    dnnl_memory_destroy(operand->native);
    task_release(&operand->reorder);
}

static void operation_destroy(struct operation *operation)
{
    for (int i = 0; i < operation->count; i++)
        operand_release(&operation->operands[i]);
    task_release(&operation->task);
    free(operation);
}

void operation_forget_all(struct engine *engine)
{
    for (int i = 0; i < OPERATION_BUCKETS; i++) {
        while (engine->buckets[i]) {
            struct operation *next = engine->buckets[i]->next;
            operation_destroy(engine->buckets[i]);
            engine->buckets[i] = next;
        }
    }
}

/* FNV-1a over the words of the key. */
static unsigned bucket_of(const struct operation_key *key)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (int i = 0; i < OPERATION_KEY_WORDS; i++)
        hash = (hash ^ (uint64_t)key->words[i]) * 0x100000001b3u;
    return (unsigned)(hash >> 32) % OPERATION_BUCKETS;
}

ser_status operation_get(struct engine *engine, const struct operation_key *key,
                         operation_build build, const void *description, struct operation **result,
                         ser_error *error)
{
    unsigned bucket = bucket_of(key);
    for (struct operation *o = engine->buckets[bucket]; o; o = o->next) {
        if (!memcmp(&o->key, key, sizeof *key)) {
            *result = o;
            return SER_OK;
        }
    }
    struct operation *operation = calloc(1, sizeof *operation);
    if (!operation)
        return error_memory(error, "preparing a layer");
    operation->key = *key;
    dnnl_status_t status = build(engine, operation, description);
    if (status != dnnl_success) {
        operation_destroy(operation);
        return error_set(error, status == dnnl_out_of_memory ? SER_ERROR_MEMORY : SER_ERROR_ENGINE,
                         "oneDNN cannot prepare operation %d (its status is %d)",
                         (int)key->words[0], (int)status);
    }
    operation->next = engine->buckets[bucket];
    engine->buckets[bucket] = operation;
    *result = operation;
    return SER_OK;
}

/* Makes the engine's scratch memory large enough. */
static dnnl_status_t reserve_scratch(struct engine *engine, size_t size)
{
    if (size <= engine->scratch_size)
        return dnnl_success;
    size = (size + 63) / 64 * 64;
    free(engine->scratch);
    engine->scratch = aligned_alloc(64, size);
    engine->scratch_size = engine->scratch ? size : 0;
    return engine->scratch ? dnnl_success : dnnl_out_of_memory;
}

static dnnl_status_t task_make(struct engine *engine, struct task *task,
                               const_dnnl_primitive_desc_t descriptor)
{
    const dnnl_memory_desc_t *scratch =
        dnnl_primitive_desc_query_md(descriptor, dnnl_query_scratchpad_md, 0);
    size_t size = scratch ? dnnl_memory_desc_get_size(scratch) : 0;
    dnnl_status_t status = dnnl_primitive_create(&task->primitive, descriptor);
    if (status != dnnl_success || size == 0)
        return status;
    status = reserve_scratch(engine, size);
    if (status == dnnl_success)
        status = dnnl_memory_create(&task->scratch, scratch, engine->dnnl, DNNL_MEMORY_NONE);
    return status;
}

/* `arguments` has room for one more than `count`. */
static dnnl_status_t task_run(struct engine *engine, const struct task *task, int count,
                              dnnl_exec_arg_t *arguments)
{
    dnnl_status_t status = dnnl_success;
    if (task->scratch) {
        arguments[count++] = (dnnl_exec_arg_t){DNNL_ARG_SCRATCHPAD, task->scratch};
        status = dnnl_memory_set_data_handle(task->scratch, engine->scratch);
    }
    if (status == dnnl_success)
        status = dnnl_primitive_execute(task->primitive, engine->stream, count, arguments);
    return status;
}

static bool is_sound(const_dnnl_primitive_desc_t primitive, implementation_check faulty)
{
    const char *name = "";
    dnnl_primitive_desc_query(primitive, dnnl_query_impl_info_str, 0, &name);
    return !faulty || !faulty(name);
}

/* The first sound implementation. */
static dnnl_status_t choose(struct engine *engine, const void *descriptor,
                            const_dnnl_primitive_desc_t hint, implementation_check faulty,
                            dnnl_primitive_desc_t *primitive)
{
    dnnl_primitive_desc_iterator_t iterator = NULL;
    dnnl_status_t status = dnnl_primitive_desc_iterator_create(
        &iterator, descriptor, engine->attributes, engine->dnnl, hint);
    while (status == dnnl_success && !*primitive) {
        *primitive = dnnl_primitive_desc_iterator_fetch(iterator);
        if (!*primitive) {
            status = dnnl_out_of_memory;
        } else if (!is_sound(*primitive, faulty)) {
            dnnl_primitive_desc_destroy(*primitive);
            *primitive = NULL;
            status = dnnl_primitive_desc_iterator_next(iterator);
        }
    }
    dnnl_primitive_desc_iterator_destroy(iterator);
    return status;
}

dnnl_status_t operation_make(struct engine *engine, struct operation *operation,
                             const void *forward, const void *descriptor,
                             implementation_check faulty, dnnl_primitive_desc_t *primitive)
{
    dnnl_primitive_desc_t hint = NULL;
    *primitive = NULL;
    dnnl_status_t status =
        dnnl_primitive_desc_create(&hint, forward, engine->attributes, engine->dnnl, NULL);
    if (status == dnnl_success)
        status = choose(engine, descriptor, hint, faulty, primitive);
    if (status == dnnl_success)
        status = task_make(engine, &operation->task, *primitive);
    dnnl_primitive_desc_destroy(hint);
    return status;
}

static dnnl_status_t make_reorder(struct engine *engine, struct task *reorder,
                                  const dnnl_memory_desc_t *from, const dnnl_memory_desc_t *to)
{
    dnnl_primitive_desc_t descriptor = NULL;
    dnnl_status_t status = dnnl_reorder_primitive_desc_create(&descriptor, from, engine->dnnl, to,
                                                              engine->dnnl, engine->attributes);
    if (status == dnnl_success)
        status = task_make(engine, reorder, descriptor);
    dnnl_primitive_desc_destroy(descriptor);
    return status;
}

dnnl_status_t operation_bind(struct engine *engine, struct operation *operation, int argument,
                             enum operand_use use, const dnnl_memory_desc_t *user,
                             const dnnl_memory_desc_t *native)
{
    if (operation->count == OPERATION_MAX_OPERANDS)
        return dnnl_invalid_arguments;
    struct operand *operand = &operation->operands[operation->count++];
    *operand = (struct operand){.argument = argument, .use = use};
    if (use == OPERAND_INTERNAL)
        return dnnl_memory_create(&operand->native, native, engine->dnnl, DNNL_MEMORY_ALLOCATE);
    dnnl_status_t status = dnnl_memory_create(&operand->user, user, engine->dnnl, DNNL_MEMORY_NONE);
    if (status != dnnl_success || dnnl_memory_desc_equal(user, native))
        return status;
    status = dnnl_memory_create(&operand->native, native, engine->dnnl, DNNL_MEMORY_ALLOCATE);
    if (status != dnnl_success)
        return status;
    return use == OPERAND_OUTPUT ? make_reorder(engine, &operand->reorder, native, user)
                                 : make_reorder(engine, &operand->reorder, user, native);
}

static dnnl_status_t copy(struct engine *engine, const struct operand *operand, dnnl_memory_t from,
                          dnnl_memory_t to)
{
    dnnl_exec_arg_t arguments[3] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
    return task_run(engine, &operand->reorder, 2, arguments);
}

/* Points the operand at the caller's array and brings inputs into the primitive's layout. */
static dnnl_status_t prepare_operand(struct engine *engine, struct operand *operand,
                                     const void *array)
{
    if (operand->use == OPERAND_INTERNAL || operand->ready)
        return dnnl_success;
    /* oneDNN's handles are not const, but inputs are only read. */
    dnnl_status_t status = dnnl_memory_set_data_handle(operand->user, (void *)(uintptr_t)array);
    if (status != dnnl_success || !operand->reorder.primitive || operand->use == OPERAND_OUTPUT)
        return status;
    operand->ready = engine->frozen && operand->use == OPERAND_CONSTANT;
    return copy(engine, operand, operand->user, operand->native);
}

static dnnl_status_t run(struct engine *engine, struct operation *operation,
                         const void *const *arrays)
{
    dnnl_exec_arg_t arguments[OPERATION_MAX_OPERANDS + 1];
    dnnl_status_t status = dnnl_success;
    for (int i = 0; i < operation->count && status == dnnl_success; i++) {
        struct operand *operand = &operation->operands[i];
        status = prepare_operand(engine, operand, arrays[i]);
        arguments[i].arg = operand->argument;
        arguments[i].memory = operand->native ? operand->native : operand->user;
    }
    if (status == dnnl_success)
        status = task_run(engine, &operation->task, operation->count, arguments);
    for (int i = 0; i < operation->count && status == dnnl_success; i++) {
        struct operand *operand = &operation->operands[i];
        if (operand->use == OPERAND_OUTPUT && operand->reorder.primitive)
            status = copy(engine, operand, operand->native, operand->user);
    }
    if (status == dnnl_success)
        status = dnnl_stream_wait(engine->stream);
    return status;
}

ser_status operation_run(struct engine *engine, struct operation *operation,
                         const void *const *arrays, ser_error *error)
{
    dnnl_status_t status = run(engine, operation, arrays);
    if (status == dnnl_success)
        return SER_OK;
    return error_set(error, status == dnnl_out_of_memory ? SER_ERROR_MEMORY : SER_ERROR_ENGINE,
                     "oneDNN failed in operation %d (its status is %d)",
                     (int)operation->key.words[0], (int)status);
}

dnnl_status_t operation_describe(dnnl_memory_desc_t *descriptor, int rank, const int64_t *sizes,
                                 dnnl_format_tag_t layout)
{
    dnnl_dims_t dims = {0};
    memcpy(dims, sizes, (size_t)rank * sizeof *sizes);
    return dnnl_memory_desc_init_by_tag(descriptor, rank, dims, dnnl_f32, layout);
}

dnnl_status_t operation_describe_tensor(dnnl_memory_desc_t *descriptor, const struct tensor *tensor)
{
    int64_t sizes[] = {tensor->batch, tensor->channels, tensor->frames, tensor->bands};
    return operation_describe(descriptor, 4, sizes, dnnl_nhwc);
}
