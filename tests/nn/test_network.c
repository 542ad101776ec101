/* Building networks from JSON: what is refused and why, what comes out, how it starts. */
#define _GNU_SOURCE
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "toy.h"

static ser_error error;

#define TAIL "{'type': 'global_pool'}, {'type': 'dense', 'units': 'classes'}]"

/* Builds the network for 8 bands and 3 classes and expects a failure whose sentence contains
 * `part`, the name of the file and, where given, the place. */
static void assert_refused(const char *layers, const char *place, const char *part)
{
    struct network *network;
    error = (ser_error){0};
    ser_status status = toy_try(&network, layers, 8, 3, &error);
    if (status != SER_ERROR_FORMAT)
        fail_msg("%s gave %s (%s)", layers, ser_status_name(status), error.message);
    assert_null(network);
    if (strncmp(error.message, "toy.json: ", 10) || !strstr(error.message, part) ||
        (place && !strstr(error.message, place)))
        fail_msg("%s gave \"%s\", expected \"%s: %s\"", layers, error.message, place ? place : "",
                 part);
}

static void test_layers_that_are_none(void **state)
{
    (void)state;
    assert_refused("[]", NULL, "no layers, expected an array of them");
    assert_refused("{}", NULL, "no layers");
    assert_refused("['relu', " TAIL, "layers.0", "found a text, expected an object");
    assert_refused("[null, " TAIL, "layers.0", "found null");
    assert_refused("[{}, " TAIL, "layers.0", "key \"type\" is missing");
    assert_refused("[{'type': 4}, " TAIL, "layers.0", "key \"type\" is a whole number");
    assert_refused("[{'type': 'relu'}, {'type': 'conv3d'}, " TAIL, "layers.1",
                   "key \"type\" is \"conv3d\", expected a kind of layer");
    assert_refused("[{'type': ''}, " TAIL, "layers.0", "key \"type\" is \"\"");
    struct network *network;
    assert_error(network_create(&network, NULL, 8, 3, "x.json", &error), SER_ERROR_FORMAT,
                 "x.json: no layers");
}

static void test_keys_that_are_wrong(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"{'type': 'conv2d'}", "key \"channels\" is missing"},
        {"{'type': 'conv2d', 'channels': '8'}", "key \"channels\" is a text"},
        {"{'type': 'conv2d', 'channels': 0}", "key \"channels\" is 0, expected 1 to 16384"},
        {"{'type': 'conv2d', 'channels': 99999999999}", "key \"channels\" is 99999999999"},
        {"{'type': 'conv2d', 'channels': 8, 'kernal': 3}", "key \"kernal\" is unknown here"},
        {"{'type': 'conv2d', 'channels': 8, 'kernel': 256}", "\"kernel\" is 256, expected 1 to"},
        {"{'type': 'conv2d', 'channels': 8, 'kernel': [3]}", "key \"kernel\" expects"},
        {"{'type': 'conv2d', 'channels': 8, 'kernel': [3, 3, 3]}", "key \"kernel\" expects"},
        {"{'type': 'conv2d', 'channels': 8, 'kernel': [3, 0]}", "key \"kernel\" expects"},
        {"{'type': 'conv2d', 'channels': 8, 'kernel': [3, 1.5]}", "key \"kernel\" expects"},
        {"{'type': 'conv2d', 'channels': 8, 'kernel': 'large'}", "key \"kernel\" is a text"},
        {"{'type': 'conv2d', 'channels': 8, 'stride': 65}", "key \"stride\" is 65"},
        {"{'type': 'conv2d', 'channels': 8, 'dilation': -1}", "key \"dilation\" is -1"},
        {"{'type': 'conv2d', 'channels': 8, 'bias': 1}", "key \"bias\" is a whole number"},
        {"{'type': 'conv2d', 'channels': 8, 'groups': 2}", "key \"groups\" is 2, expected a divis"},
        {"{'type': 'conv2d', 'channels': 8, 'groups': 0}", "key \"groups\" is 0"},
        {"{'type': 'conv1d', 'channels': 8}", "conv1d was given 8 bands, expected 1"},
        {"{'type': 'flatten'}, {'type': 'conv1d', 'channels': 8, 'kernel': [3, 1]}",
         "key \"kernel\" is an array"},
        {"{'type': 'flatten'}, {'type': 'conv1d', 'channels': 9, 'groups': 8}",
         "key \"groups\" is 8"},
        {"{'type': 'batch_norm', 'momentum': 0.1}", "key \"momentum\" is unknown here"},
        {"{'type': 'relu', 'slope': 0.1}", "key \"slope\" is unknown here"},
        {"{'type': 'max_pool', 'kernel': 9}", "key \"kernel\" covers 9 bands, but only 8"},
        {"{'type': 'max_pool', 'kernel': 65}", "key \"kernel\" is 65, expected 1 to 64"},
        {"{'type': 'max_pool', 'kernel': 2, 'stride': 3}", "key \"stride\" is larger than the"},
        {"{'type': 'average_pool', 'kernel': [2, 2], 'stride': [2, 3]}",
         "key \"stride\" is larger"},
        {"{'type': 'global_pool', 'mode': 'median'}", "key \"mode\" is \"median\", expected one of "
                                                      "mean, max"},
        {"{'type': 'attentive_pool', 'hidden': 8}", "attentive_pool was given 8 bands"},
        {"{'type': 'flatten'}, {'type': 'attentive_pool'}", "key \"hidden\" is missing"},
        {"{'type': 'dropout'}", "key \"rate\" is missing"},
        {"{'type': 'dropout', 'rate': 1}", "key \"rate\" is 1, expected 0 to 0.95"},
        {"{'type': 'dropout', 'rate': -0.1}", "key \"rate\" is -0.1"},
        {"{'type': 'dense'}", "key \"units\" is missing"},
        {"{'type': 'dense', 'units': 'many'}",
         "key \"units\" is \"many\", expected one of classes"},
        {"{'type': 'dense', 'units': 65537}", "key \"units\" is 65537"},
        {"{'type': 'dense', 'units': 2.5}", "key \"units\" is a real number"},
        {"{'type': 'squeeze_excite', 'reduction': 0}", "key \"reduction\" is 0"},
        {"{'type': 'residual'}", "key \"body\" is missing"},
        {"{'type': 'residual', 'body': {}}", "key \"body\" is an object, expected an array"},
        {"{'type': 'residual', 'body': []}", "key \"body\" is empty"},
        {"{'type': 'residual', 'body': [{'type': 'relu'}], 'shortcut': 3}",
         "key \"shortcut\" is a whole number"},
        {"{'type': 'residual', 'body': [{'type': 'relu'}], 'activation': 'relu'}",
         "key \"activation\" is unknown here"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char layers[512];
        snprintf(layers, sizeof layers, "[%s, " TAIL, cases[i][0]);
        assert_refused(layers, "layers.", cases[i][1]);
    }
}

static void test_residual_blocks_that_do_not_fit(void **state)
{
    (void)state;
    assert_refused("[{'type': 'residual', 'body': [{'type': 'conv2d', 'channels': 4}]}, " TAIL,
                   "layers.0", "the body gives 8 bands of 4 channels, the shortcut 8 of 1");
    assert_refused("[{'type': 'residual', 'body': [{'type': 'relu'}], "
                   "'shortcut': [{'type': 'average_pool'}]}, " TAIL,
                   "layers.0", "the body gives 8 bands of 1 channels, the shortcut 4 of 1");
    assert_refused("[{'type': 'residual', 'body': [{'type': 'relu'}, {'type': 'oops'}]}, " TAIL,
                   "layers.0.body.1", "key \"type\" is \"oops\"");
    assert_refused("[{'type': 'residual', 'body': [{'type': 'relu'}], "
                   "'shortcut': [{'type': 'residual', 'body': [{'type': 'gelu', 'x': 1}]}]}, " TAIL,
                   "layers.0.shortcut.0.body.0", "key \"x\" is unknown here");
}

/* ceil(n / 2) frames of the body, floor(n / 2) of the shortcut: equal for even n only. */
static void test_residual_blocks_whose_frames_differ(void **state)
{
    (void)state;
    assert_refused("[{'type': 'residual', 'body': [{'type': 'conv2d', 'channels': 1, 'stride': 2}],"
                   "'shortcut': [{'type': 'max_pool'}]}, " TAIL,
                   NULL, "different numbers of frames when the sound has 3, expected the same");
    assert_refused("[{'type': 'residual', 'body': [{'type': 'conv2d', 'channels': 1, "
                   "'stride': [2, 1]}]}, " TAIL,
                   NULL, "different numbers of frames when the sound has 2");
    assert_refused("[{'type': 'residual', 'body': [{'type': 'max_pool', 'kernel': [2, 1], "
                   "'stride': 1}]}, " TAIL,
                   NULL, "no number of frames suits all layers");
}

static void test_outputs_that_do_not_fit(void **state)
{
    (void)state;
    assert_refused("[{'type': 'relu'}]", NULL,
                   "the last layer gives 8 bands of 1 channels, expected 1 band of 3");
    assert_refused("[{'type': 'global_pool'}, {'type': 'dense', 'units': 4}]", NULL,
                   "the last layer gives 1 bands of 4 channels, expected 1 band of 3");
    assert_refused("[{'type': 'flatten'}, {'type': 'dense', 'units': 'classes'}]", NULL,
                   "the frames are not pooled into one");
    assert_refused("[{'type': 'conv2d', 'channels': 3, 'stride': [64, 8]}]", NULL,
                   "the frames are not pooled into one");
    assert_refused("[{'type': 'global_pool'}, {'type': 'max_pool', 'kernel': [2, 1]}, "
                   "{'type': 'dense', 'units': 3}]",
                   NULL, "no number of frames suits all layers");
}

/* A text of `count` times `part`, between `before` and `after`. */
static char *repeat(const char *before, const char *part, int count, const char *after)
{
    size_t size = strlen(before) + strlen(part) * (size_t)count + strlen(after) + 1;
    char *text = malloc(size), *end = text;
    assert_non_null(text);
    end = stpcpy(end, before);
    for (int i = 0; i < count; i++)
        end = stpcpy(end, part);
    stpcpy(end, after);
    return text;
}

static void test_deep_nesting_and_many_layers(void **state)
{
    (void)state;
    struct network *network;
    char *open = repeat("[", "{'type': 'residual', 'body': [", 900, "{'type': 'relu'}");
    char *deep = repeat(open, "]}", 900, ", " TAIL);
    assert_refused(deep, NULL, "too deep");
    free(open);
    free(deep);
    char *long_one = repeat("[", "{'type': 'relu'}, ", 998, TAIL);
    assert_ok(toy_try(&network, long_one, 8, 3, &error));
    assert_int_equal(network->layer_count, NETWORK_MAX_LAYERS);
    network_destroy(network);
    free(long_one);
    char *longer = repeat("[", "{'type': 'relu'}, ", 999, TAIL);
    assert_refused(longer, NULL, "more than 1000 layers");
    free(longer);
    char *longest = repeat("[", "{'type': 'relu'}, ", 100000, TAIL);
    assert_refused(longest, NULL, "more than 1000 layers");
    free(longest);
}

static void test_huge_sizes(void **state)
{
    (void)state;
    struct network *network;
    assert_refused("[{'type': 'conv2d', 'channels': 16384, 'kernel': 255}, " TAIL, "layers.0",
                   "\"weight\" would have more than 100000000 numbers");
    assert_refused("[{'type': 'conv2d', 'channels': 8000, 'kernel': 100}, "
                   "{'type': 'flatten'}, {'type': 'dense', 'units': 400}, " TAIL,
                   "layers.2", "the network would have more than 100000000 numbers");
    /* Doubling again and again must not overflow. */
    char *wide = repeat("[{'type': 'dense', 'units': 65536}, {'type': 'flatten'}, ",
                        "{'type': 'attentive_pool', 'hidden': 1}, ", 40, TAIL);
    assert_refused(wide, NULL, "more than 100000000 numbers");
    free(wide);
    assert_error(toy_try(&network, "[{'type': 'dense', 'units': 65536}, {'type': 'flatten'}, " TAIL,
                         100000, 3, &error),
                 SER_ERROR_FORMAT, "100000 bands of 65536 channels are too many to flatten");
    /* 64^4 frames would be needed. */
    char *pools = repeat("[", "{'type': 'max_pool', 'kernel': [64, 1]}, ", 4, TAIL);
    assert_refused(pools, NULL, "no number of frames suits all layers");
    free(pools);
}

static void test_shapes_and_minimum_frames(void **state)
{
    (void)state;
    struct network *network = toy_network(
        "[{'type': 'conv2d', 'channels': 4, 'kernel': [3, 5], 'stride': [2, 3]}, "
        "{'type': 'max_pool', 'kernel': [3, 2], 'stride': [2, 1]}, {'type': 'flatten'}, "
        "{'type': 'conv1d', 'channels': 7, 'kernel': 9, 'stride': 3}, "
        "{'type': 'average_pool', 'kernel': [2, 1]}, " TAIL,
        8, 3);
    const struct layer_list *layers = &network->layers;
    assert_int_equal(layers->layers[0].bands_out, 3);    /* ceil(8 / 3) */
    assert_int_equal(layers->layers[1].bands_out, 2);    /* 3 - 2 + 1 */
    assert_int_equal(layers->layers[2].channels_out, 8); /* 2 bands x 4 channels */
    assert_int_equal(layers->layers[3].channels_out, 7);
    assert_int_equal(network->minimum_frames, 5); /* ceil(5 / 2) = 3 fill the pool's window */
    assert_int_equal(layer_frames(&layers->layers[0], 5), 3);
    assert_int_equal(layer_frames(&layers->layers[1], 3), 1);
    assert_int_equal(layer_frames(&layers->layers[1], 2), 0);
    assert_int_equal(layer_frames(&layers->layers[1], 6), 2);
    assert_int_equal(layer_list_frames(layers, 4), 0);
    assert_int_equal(layer_list_frames(layers, 100), 1);
    assert_int_equal(network->layer_count, 7);
    network_destroy(network);
    network_destroy(NULL);
}

static void assert_parameter(const struct network *network, const char *name,
                             enum parameter_role role, int rank, const int *sizes)
{
    const struct parameter *p = network_find_parameter(network, name);
    if (!p)
        fail_msg("there is no parameter %s", name);
    assert_int_equal(p->role, role);
    assert_int_equal(p->rank, rank);
    size_t count = 1;
    for (int i = 0; i < rank; i++) {
        assert_int_equal(p->sizes[i], sizes[i]);
        count *= (size_t)sizes[i];
    }
    assert_int_equal(p->count, count);
}

static void test_parameters_have_names_and_shapes(void **state)
{
    (void)state;
    struct network *network = toy_network(
        "[{'type': 'conv2d', 'channels': 4, 'kernel': [3, 5]}, {'type': 'batch_norm'}, "
        "{'type': 'residual', 'body': [{'type': 'layer_norm'}, {'type': 'squeeze_excite'}], "
        "'shortcut': [{'type': 'conv2d', 'channels': 4, 'groups': 2, 'bias': false}]}, "
        "{'type': 'flatten'}, {'type': 'attentive_pool', 'hidden': 6}, "
        "{'type': 'dense', 'units': 'classes'}]",
        8, 3);
    assert_parameter(network, "layers.0.weight", PARAMETER_WEIGHT, 4, (int[]){4, 1, 3, 5});
    assert_parameter(network, "layers.0.bias", PARAMETER_BIAS, 1, (int[]){4});
    assert_parameter(network, "layers.1.weight", PARAMETER_BIAS, 1, (int[]){4});
    assert_parameter(network, "layers.1.bias", PARAMETER_BIAS, 1, (int[]){4});
    assert_parameter(network, "layers.1.running_mean", PARAMETER_STATISTIC, 1, (int[]){4});
    assert_parameter(network, "layers.1.running_var", PARAMETER_STATISTIC, 1, (int[]){4});
    assert_parameter(network, "layers.2.body.0.weight", PARAMETER_BIAS, 1, (int[]){4});
    assert_parameter(network, "layers.2.body.1.reduce.weight", PARAMETER_WEIGHT, 2, (int[]){1, 4});
    assert_parameter(network, "layers.2.body.1.expand.bias", PARAMETER_BIAS, 1, (int[]){4});
    assert_parameter(network, "layers.2.shortcut.0.weight", PARAMETER_WEIGHT, 4,
                     (int[]){4, 2, 1, 1});
    assert_parameter(network, "layers.4.hidden.weight", PARAMETER_WEIGHT, 2, (int[]){6, 32});
    assert_parameter(network, "layers.4.score.bias", PARAMETER_BIAS, 1, (int[]){32});
    assert_parameter(network, "layers.5.weight", PARAMETER_WEIGHT, 2, (int[]){3, 64});
    assert_null(network_find_parameter(network, "layers.2.shortcut.0.bias"));
    assert_null(network_find_parameter(network, "layers.0"));
    size_t total = 0;
    for (int i = 0; i < network->parameter_count; i++)
        total += network->parameters[i].count;
    assert_int_equal(network->value_count, total);
    network_destroy(network);
}

static void assert_start(const struct parameter *p)
{
    float limit = 1 / sqrtf((float)p->fan_in), low = 0, high = 0;
    for (size_t i = 0; i < p->count; i++) {
        low = fminf(low, p->values[i]);
        high = fmaxf(high, p->values[i]);
        if (p->start != START_FAN_IN)
            assert_true(p->values[i] == (p->start == START_ONE ? 1 : 0));
    }
    assert_true(p->start == START_ONE || (low >= -limit && high <= limit));
    if (p->start == START_FAN_IN && p->count >= 100) /* they fill the range */
        assert_true(low < -0.9f * limit && high > 0.9f * limit);
}

static void test_starting_values(void **state)
{
    (void)state;
    const char *layers = "[{'type': 'conv2d', 'channels': 16, 'kernel': 3}, {'type': 'batch_norm'},"
                         "{'type': 'conv2d', 'channels': 16, 'kernel': [3, 1], 'groups': 4}, "
                         "{'type': 'conv2d', 'channels': 16, 'kernel': [3, 1], 'groups': 4}, " TAIL;
    struct network *one = toy_network(layers, 8, 3), *two = toy_network(layers, 8, 3);
    network_initialise(one, 7);
    network_initialise(two, 7);
    assert_int_equal(network_find_parameter(one, "layers.0.weight")->fan_in, 9);
    assert_int_equal(network_find_parameter(one, "layers.2.weight")->fan_in, 12);
    for (int i = 0; i < one->parameter_count; i++) {
        assert_start(&one->parameters[i]);
        assert_memory_equal(one->parameters[i].values, two->parameters[i].values,
                            one->parameters[i].count * sizeof(float));
    }
    network_initialise(two, 8);
    assert_memory_not_equal(toy_parameter(one, "layers.0.weight"),
                            toy_parameter(two, "layers.0.weight"), 144 * sizeof(float));
    /* Different parameters do not start alike. */
    assert_memory_not_equal(toy_parameter(one, "layers.2.weight"),
                            toy_parameter(one, "layers.3.weight"), 192 * sizeof(float));
    network_destroy(one);
    network_destroy(two);
}

static void test_kinds_describe_themselves(void **state)
{
    (void)state;
    for (int i = 0; layer_kinds[i]; i++) {
        const struct layer_kind *kind = layer_kinds[i];
        assert_ptr_equal(layer_kind_find(kind->name), kind);
        assert_true(strlen(kind->summary) > 5);
        assert_non_null(kind->keys);
        assert_non_null(kind->configure);
        assert_non_null(kind->forward);
        assert_non_null(kind->backward);
    }
    assert_null(layer_kind_find("conv"));
    assert_null(layer_kind_find(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layers_that_are_none),
        cmocka_unit_test(test_keys_that_are_wrong),
        cmocka_unit_test(test_residual_blocks_that_do_not_fit),
        cmocka_unit_test(test_residual_blocks_whose_frames_differ),
        cmocka_unit_test(test_outputs_that_do_not_fit),
        cmocka_unit_test(test_deep_nesting_and_many_layers),
        cmocka_unit_test(test_huge_sizes),
        cmocka_unit_test(test_shapes_and_minimum_frames),
        cmocka_unit_test(test_parameters_have_names_and_shapes),
        cmocka_unit_test(test_starting_values),
        cmocka_unit_test(test_kinds_describe_themselves),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
