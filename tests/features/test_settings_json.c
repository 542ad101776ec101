#include <string.h>

#include "base/json.h"
#include "features/sets.h"
#include "features/settings.h"
#include "near.h"

static ser_error error;

static json_t *defaults_as_json(void)
{
    ser_features_settings settings = ser_features_settings_defaults();
    json_t *object;
    assert_ok(features_settings_to_json(&object, &settings, &error));
    return object;
}

static void expect_equal(const ser_features_settings *a, const ser_features_settings *b)
{
    assert_ptr_equal(a->set, b->set);
    assert_int_equal(a->rate, b->rate);
    assert_int_equal(a->window, b->window);
    assert_int_equal(a->hop, b->hop);
    assert_int_equal(a->fft, b->fft);
    assert_int_equal(a->centred, b->centred);
    assert_int_equal(a->bands, b->bands);
    assert_true(a->low == b->low && a->high == b->high);
    assert_int_equal(a->scale, b->scale);
    assert_int_equal(a->norm, b->norm);
    assert_true(a->floor == b->floor && a->offset == b->offset);
    assert_int_equal(a->normalise, b->normalise);
    assert_true(a->floor_hz == b->floor_hz && a->ceiling_hz == b->ceiling_hz);
}

/* Through the object and through its text. */
static void expect_round_trip(const ser_features_settings *settings)
{
    json_t *object, *parsed;
    ser_features_settings read = {0};
    assert_ok(features_settings_to_json(&object, settings, &error));
    assert_ok(features_settings_from_json(&read, object, "here", &error));
    expect_equal(&read, settings);
    char *text = json_dumps(object, JSON_COMPACT);
    assert_ok(json_parse(&parsed, text, strlen(text), "here", &error));
    read = (ser_features_settings){0};
    assert_ok(features_settings_from_json(&read, parsed, "here", &error));
    expect_equal(&read, settings);
    free(text);
    json_decref(object);
    json_decref(parsed);
}

static void test_every_field_survives_the_round_trip(void **state)
{
    (void)state;
    ser_features_settings defaults = ser_features_settings_defaults();
    expect_round_trip(&defaults);
    ser_features_settings other = {
        .set = ser_feature_set_find("logmel64"),
        .rate = 44100,
        .window = 1000,
        .hop = 333,
        .fft = 1024,
        .centred = 1,
        .bands = 128,
        .low = 0.1,
        .high = 22049.999999999996,
        .scale = SER_MEL_SLANEY,
        .norm = SER_MEL_NORM_NONE,
        .floor = 1.0000000000000001e-30,
        .normalise = SER_NORMALISE_NONE,
        .offset = 1.0 / 3,
    };
    expect_round_trip(&other);
    assert_ok(ser_features_settings_of("prosody", 16000, &other, &error));
    other.floor_hz = 50.5;
    expect_round_trip(&other);
}

static void test_stores_the_set_and_readable_words(void **state)
{
    (void)state;
    json_t *object = defaults_as_json();
    assert_int_equal(json_object_size(object), 14);
    assert_string_equal(json_string_value(json_object_get(object, "set")), "logmel64");
    assert_string_equal(json_string_value(json_object_get(object, "scale")), "htk");
    assert_string_equal(json_string_value(json_object_get(object, "norm")), "slaney");
    assert_string_equal(json_string_value(json_object_get(object, "normalise")), "none");
    assert_true(json_is_false(json_object_get(object, "centred")));
    json_decref(object);
}

static void test_refuses_to_store_bad_settings(void **state)
{
    (void)state;
    ser_features_settings settings = ser_features_settings_defaults();
    settings.scale = (ser_mel_scale)9;
    json_t *object = (json_t *)&error;
    assert_error(features_settings_to_json(&object, &settings, &error), SER_ERROR_ARGUMENT,
                 "scale is 9");
    assert_null(object);
}

/* Expects a refusal with `part` in its sentence and the settings untouched; consumes the object. */
static void expect_refusal(json_t *object, const char *part)
{
    ser_features_settings settings = ser_features_settings_defaults(), before = settings;
    assert_error(features_settings_from_json(&settings, object, "x.json: features", &error),
                 SER_ERROR_FORMAT, part);
    assert_non_null(strstr(error.message, "x.json: features: "));
    expect_equal(&settings, &before);
    json_decref(object);
}

static void expect_refusal_with(const char *key, json_t *value, const char *part)
{
    json_t *object = defaults_as_json();
    assert_int_equal(json_object_set_new(object, key, value), 0);
    expect_refusal(object, part);
}

static void test_every_key_is_required(void **state)
{
    (void)state;
    json_t *all = defaults_as_json();
    const char *key;
    json_t *value;
    json_object_foreach(all, key, value)
    {
        json_t *object = defaults_as_json();
        json_object_del(object, key);
        char part[64];
        snprintf(part, sizeof part, "key \"%s\" is missing", key);
        expect_refusal(object, part);
    }
    json_decref(all);
}

static void test_every_key_is_checked_for_its_type(void **state)
{
    (void)state;
    json_t *all = defaults_as_json();
    const char *key;
    json_t *value;
    json_object_foreach(all, key, value)
    {
        char part[64];
        snprintf(part, sizeof part, "key \"%s\" is ", key);
        expect_refusal_with(key, json_null(), part);
        expect_refusal_with(key, json_array(), part);
        expect_refusal_with(key, json_object(), part);
        expect_refusal_with(key, json_string("5"), part);
    }
    json_decref(all);
    expect_refusal_with("rate", json_real(16000), "expected a whole number");
    expect_refusal_with("centred", json_integer(0), "expected true or false");
    expect_refusal_with("scale", json_integer(0), "expected a text");
}

static void test_refuses_unknown_keys_and_non_objects(void **state)
{
    (void)state;
    expect_refusal_with("bandz", json_integer(64), "key \"bandz\" is unknown");
    expect_refusal(json_array(), "expected an object");
    expect_refusal(json_integer(1), "expected an object");
    expect_refusal(NULL, "expected an object");
}

static void test_refuses_values_out_of_range(void **state)
{
    (void)state;
    expect_refusal_with("rate", json_integer(999), "expected 1000 to 768000");
    expect_refusal_with("rate", json_integer(1LL << 40), "expected 1000 to 768000");
    expect_refusal_with("window", json_integer(0), "key \"window\" is 0");
    expect_refusal_with("hop", json_integer(-160), "key \"hop\" is -160");
    expect_refusal_with("fft", json_integer(1 << 20), "key \"fft\" is 1048576");
    expect_refusal_with("bands", json_integer(0), "key \"bands\" is 0");
    expect_refusal_with("bands", json_integer(1025), "key \"bands\" is 1025");
    expect_refusal_with("low", json_real(-1), "key \"low\" is -1");
    expect_refusal_with("high", json_real(1e300), "key \"high\" is 1e+300");
    expect_refusal_with("scale", json_string("bark"), "expected one of slaney, htk");
    expect_refusal_with("norm", json_string(""), "expected one of none, slaney");
    expect_refusal_with("normalise", json_string("corpus"), "expected one of none, utterance");
    expect_refusal_with("floor", json_real(0), "key \"floor\" is 0");
    expect_refusal_with("offset", json_real(0), "key \"offset\" is 0");
    expect_refusal_with("set", json_string("mfcc"), "\"mfcc\", expected a feature set");
}

static void test_refuses_settings_that_contradict_each_other(void **state)
{
    (void)state;
    expect_refusal_with("window", json_integer(513), "window is 513, expected 2 to 512");
    expect_refusal_with("fft", json_integer(514), "prime factors");
    expect_refusal_with("high", json_real(8001), "high is 8001");
    expect_refusal_with("low", json_real(7799.5), "high is 7800");
}

static void test_every_set_survives_the_round_trip(void **state)
{
    (void)state;
    for (size_t i = 0; i < ser_feature_set_count(); i++) {
        ser_features_settings settings;
        const char *name = ser_feature_set_name(ser_feature_set_at(i));
        assert_ok(ser_features_settings_of(name, 16000, &settings, &error));
        expect_round_trip(&settings);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_field_survives_the_round_trip),
        cmocka_unit_test(test_stores_the_set_and_readable_words),
        cmocka_unit_test(test_refuses_to_store_bad_settings),
        cmocka_unit_test(test_every_key_is_required),
        cmocka_unit_test(test_every_key_is_checked_for_its_type),
        cmocka_unit_test(test_refuses_unknown_keys_and_non_objects),
        cmocka_unit_test(test_refuses_values_out_of_range),
        cmocka_unit_test(test_refuses_settings_that_contradict_each_other),
        cmocka_unit_test(test_every_set_survives_the_round_trip),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
