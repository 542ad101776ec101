/* The FFmpeg module: the only file that knows libav*. It is a shared object of its own and calls
 * nothing of the library. */
#include "audio/ffmpeg_module.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avstring.h>
#include <libavutil/log.h>
#include <stdio.h>

enum {
    IO_BUFFER = 65536,
    /* A guess of FFmpeg that is no better than this has made "music" of random bytes. */
    LEAST_SCORE = AVPROBE_SCORE_RETRY + 1,
};

/* Containers of sound, and no playlists, devices or pictures. */
static const char containers[] = "aac,ac3,aiff,amr,ape,asf,au,avi,caf,eac3,flac,flv,loas,matroska,"
                                 "mov,mp3,mpeg,mpegts,ogg,tta,w64,wav,wv";

/* What FFmpeg may run while it only looks at the tracks: no video decoder ever sees the bytes. */
static char *const probing_decoders =
    "aac,aac_latm,ac3,alac,amrnb,amrwb,eac3,flac,mp2float,mp3float,opus,vorbis,wmav1,wmav2";

struct decoder {
    const struct ffmpeg_input *input;
    const struct ffmpeg_output *output;
    struct ffmpeg_report *report;
    AVIOContext *io;
    AVFormatContext *format;
    AVStream *stream; /* the sound; belongs to `format` */
    AVCodecContext *codec;
    AVPacket *packet;
    AVFrame *frame;
    float *samples; /* one frame, interleaved */
    unsigned int samples_size;
    int rate; /* of the first frame; 0 before it */
    int channels;
};

static int read_input(void *user, uint8_t *bytes, int count)
{
    const struct ffmpeg_input *input = user;
    size_t got = input->read(input->user, bytes, (size_t)count);
    return got ? (int)got : AVERROR_EOF;
}

static int64_t seek_input(void *user, int64_t offset, int whence)
{
    const struct ffmpeg_input *input = user;
    if (whence & AVSEEK_SIZE)
        return input->size;
    int64_t position = input->seek(input->user, offset, whence & ~AVSEEK_FORCE);
    return position < 0 ? AVERROR(EINVAL) : position;
}

/* Some containers name other files to be read; none is ever opened. */
static int refuse_open(AVFormatContext *format, AVIOContext **io, const char *url, int flags,
                       AVDictionary **options)
{
    (void)format, (void)io, (void)url, (void)flags, (void)options;
    return AVERROR(EPERM);
}

static enum ffmpeg_outcome failure(struct decoder *decoder, int code, enum ffmpeg_outcome outcome)
{
    if (code == AVERROR(ENOMEM))
        return FFMPEG_NO_MEMORY;
    av_strerror(code, decoder->report->detail, sizeof decoder->report->detail);
    return outcome;
}

static enum ffmpeg_outcome open_input(struct decoder *decoder)
{
    unsigned char *buffer = av_malloc(IO_BUFFER);
    if (!buffer)
        return FFMPEG_NO_MEMORY;
    decoder->io = avio_alloc_context(buffer, IO_BUFFER, 0, (void *)(uintptr_t)decoder->input,
                                     read_input, NULL, seek_input);
    if (!decoder->io) {
        av_free(buffer);
        return FFMPEG_NO_MEMORY;
    }
    decoder->packet = av_packet_alloc();
    decoder->frame = av_frame_alloc();
    decoder->format = avformat_alloc_context();
    return decoder->packet && decoder->frame && decoder->format ? FFMPEG_DECODED : FFMPEG_NO_MEMORY;
}

static enum ffmpeg_outcome open_container(struct decoder *decoder)
{
    const AVInputFormat *kind = NULL;
    int score = av_probe_input_buffer2(decoder->io, &kind, "", NULL, 0, 0);
    if (score == AVERROR(ENOMEM))
        return FFMPEG_NO_MEMORY;
    if (score < LEAST_SCORE || !av_match_list(kind->name, containers, ','))
        return FFMPEG_NOT_KNOWN;

    decoder->format->pb = decoder->io;
    decoder->format->io_open = refuse_open;
    decoder->format->codec_whitelist = av_strdup(probing_decoders);
    if (!decoder->format->codec_whitelist)
        return FFMPEG_NO_MEMORY;
    int code = avformat_open_input(&decoder->format, "", kind, NULL);
    if (code >= 0)
        code = avformat_find_stream_info(decoder->format, NULL);
    return code < 0 ? failure(decoder, code, FFMPEG_DAMAGED) : FFMPEG_DECODED;
}

/* Seconds that the header promises; 0 where it says nothing or FFmpeg only guesses. */
static double promised_seconds(const AVFormatContext *format, const AVStream *stream)
{
    if (format->duration_estimation_method == AVFMT_DURATION_FROM_BITRATE)
        return 0;
    if (stream->duration != AV_NOPTS_VALUE)
        return (double)stream->duration * av_q2d(stream->time_base);
    if (format->duration != AV_NOPTS_VALUE && format->nb_streams == 1)
        return (double)format->duration / AV_TIME_BASE;
    return 0;
}

static enum ffmpeg_outcome open_track(struct decoder *decoder)
{
    AVFormatContext *format = decoder->format;
    int index = av_find_best_stream(format, AVMEDIA_TYPE_AUDIO, -1, -1, NULL, 0);
    if (index < 0)
        return FFMPEG_NO_SOUND;
    for (unsigned int i = 0; i < format->nb_streams; i++)
        format->streams[i]->discard = (int)i == index ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    decoder->stream = format->streams[index];
    decoder->report->promised = promised_seconds(format, decoder->stream);

    enum AVCodecID id = decoder->stream->codecpar->codec_id;
    const AVCodec *codec = avcodec_find_decoder(id);
    if (!codec) {
        snprintf(decoder->report->detail, sizeof decoder->report->detail, "%s",
                 avcodec_get_name(id));
        return FFMPEG_NO_DECODER;
    }
    decoder->codec = avcodec_alloc_context3(codec);
    if (!decoder->codec)
        return FFMPEG_NO_MEMORY;
    int code = avcodec_parameters_to_context(decoder->codec, decoder->stream->codecpar);
    decoder->codec->pkt_timebase = decoder->stream->time_base;
    decoder->codec->thread_count = 1; /* callers have threads of their own */
    if (code >= 0)
        code = avcodec_open2(decoder->codec, codec, NULL);
    return code < 0 ? failure(decoder, code, FFMPEG_DAMAGED) : FFMPEG_DECODED;
}

/* One sample of any packed format as a float of -1 to 1. */
static float read_sample(const uint8_t *data, enum AVSampleFormat format, size_t index)
{
    switch (format) {
    case AV_SAMPLE_FMT_U8: return (float)(data[index] - 128) / 128.0f;
    case AV_SAMPLE_FMT_S16: return (float)((const int16_t *)(const void *)data)[index] / 0x1p15f;
    case AV_SAMPLE_FMT_S32: return (float)((const int32_t *)(const void *)data)[index] / 0x1p31f;
    case AV_SAMPLE_FMT_S64: return (float)((const int64_t *)(const void *)data)[index] / 0x1p63f;
    case AV_SAMPLE_FMT_FLT: return ((const float *)(const void *)data)[index];
    case AV_SAMPLE_FMT_DBL: return (float)((const double *)(const void *)data)[index];
    default: return 0;
    }
}

/* (channels, samples) or (samples, channels) of any format -> (samples, channels) */
static void interleave(const AVFrame *frame, float *out)
{
    enum AVSampleFormat format = av_get_packed_sample_fmt(frame->format);
    int planar = av_sample_fmt_is_planar(frame->format);
    size_t frames = (size_t)frame->nb_samples, channels = (size_t)frame->ch_layout.nb_channels;
    for (size_t c = 0; c < channels; c++)
        for (size_t i = 0; i < frames; i++)
            out[i * channels + c] =
                planar ? read_sample(frame->extended_data[c], format, i)
                       : read_sample(frame->extended_data[0], format, i * channels + c);
}

static enum ffmpeg_outcome write_frame(struct decoder *decoder)
{
    const AVFrame *frame = decoder->frame;
    int rate = frame->sample_rate, channels = frame->ch_layout.nb_channels;
    if (frame->nb_samples <= 0 || channels <= 0)
        return FFMPEG_DECODED;
    /* The first frame counts, not the header: AAC headers may tell half of the rate. */
    if (!decoder->rate) {
        decoder->rate = rate;
        decoder->channels = channels;
        if (decoder->output->begin(decoder->output->user, rate, channels))
            return FFMPEG_STOPPED;
    }
    if (rate != decoder->rate || channels != decoder->channels) {
        snprintf(decoder->report->detail, sizeof decoder->report->detail,
                 "from %d Hz, %d channels to %d Hz, %d channels", decoder->rate, decoder->channels,
                 rate, channels);
        return FFMPEG_CHANGES;
    }
    size_t size = (size_t)frame->nb_samples * (size_t)channels * sizeof *decoder->samples;
    av_fast_malloc(&decoder->samples, &decoder->samples_size, size);
    if (!decoder->samples)
        return FFMPEG_NO_MEMORY;
    interleave(frame, decoder->samples);
    return decoder->output->write(decoder->output->user, decoder->samples,
                                  (size_t)frame->nb_samples)
               ? FFMPEG_STOPPED
               : FFMPEG_DECODED;
}

/* Decodes one packet; NULL drains the decoder. */
static enum ffmpeg_outcome decode_packet(struct decoder *decoder, const AVPacket *packet)
{
    int code = avcodec_send_packet(decoder->codec, packet);
    while (code >= 0) {
        code = avcodec_receive_frame(decoder->codec, decoder->frame);
        if (code < 0)
            break;
        enum ffmpeg_outcome outcome = write_frame(decoder);
        av_frame_unref(decoder->frame);
        if (outcome)
            return outcome;
    }
    if (code == AVERROR(ENOMEM))
        return FFMPEG_NO_MEMORY;
    if (code != AVERROR(EAGAIN) && code != AVERROR_EOF) {
        decoder->report->damaged++;
        failure(decoder, code, FFMPEG_DAMAGED);
    }
    return FFMPEG_DECODED;
}

static enum ffmpeg_outcome decode_all(struct decoder *decoder)
{
    enum ffmpeg_outcome outcome = FFMPEG_DECODED;
    while (!outcome && av_read_frame(decoder->format, decoder->packet) >= 0) {
        if (decoder->packet->stream_index == decoder->stream->index)
            outcome = decode_packet(decoder, decoder->packet);
        av_packet_unref(decoder->packet);
    }
    if (!outcome)
        outcome = decode_packet(decoder, NULL);
    if (!outcome && !decoder->rate)
        return FFMPEG_DAMAGED;
    return outcome;
}

static void release(struct decoder *decoder)
{
    av_freep(&decoder->samples);
    av_frame_free(&decoder->frame);
    av_packet_free(&decoder->packet);
    avcodec_free_context(&decoder->codec);
    avformat_close_input(&decoder->format);
    if (decoder->io)
        av_freep(&decoder->io->buffer);
    avio_context_free(&decoder->io);
}

static enum ffmpeg_outcome decode(const struct ffmpeg_input *input,
                                  const struct ffmpeg_output *output, struct ffmpeg_report *report)
{
    struct decoder decoder = {.input = input, .output = output, .report = report};
    *report = (struct ffmpeg_report){0};
    enum ffmpeg_outcome outcome = open_input(&decoder);
    if (!outcome)
        outcome = open_container(&decoder);
    if (!outcome)
        outcome = open_track(&decoder);
    if (!outcome)
        outcome = decode_all(&decoder);
    release(&decoder);
    return outcome;
}

__attribute__((visibility("default"))) const struct ffmpeg_module *ser_ffmpeg_module(void);

const struct ffmpeg_module *ser_ffmpeg_module(void)
{
    static const struct ffmpeg_module module = {.version = FFMPEG_MODULE_VERSION, .decode = decode};
    /* FFmpeg speaks to stderr unless told otherwise. Its level belongs to the whole process: one
     * that the application has chosen stays. */
    if (av_log_get_level() == AV_LOG_INFO)
        av_log_set_level(AV_LOG_QUIET);
    return &module;
}
