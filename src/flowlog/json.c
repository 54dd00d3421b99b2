#include "flowlog/json.h"

#include <yajl/yajl_parse.h>

#include "flowlog/line.h"

enum { DEPTH_MAX = 16, PATH_MAX_BYTES = 1024 };

struct flowlog_json {
	yajl_handle parser;
	flowlog_json_visit *visit;
	void *user;
	struct flowlog_text line;
	char *arena; /* strings with escapes, which are not in the line as they are */
	gsize arena_used;
	char path[2 * PATH_MAX_BYTES + 2]; /* up to a key; of what it is in, and of itself: no more than that each */
	gsize path_len;
	gsize parent[DEPTH_MAX]; /* length of the path up to each open object */
	unsigned depth, arrays;
};

/* ---- what the parser calls; 0 stops it ---- */

static int give(struct flowlog_json *j, const char *at, gsize len)
{
	bool in_line = at >= j->line.at && at <= j->line.at + j->line.len;
	if (j->arrays > 0)
		return 1;
	if (j->depth == 0)
		return 0;
	if (!in_line && len > 0) {
		char *copy = j->arena + j->arena_used;
		if (len > FLOWLOG_LINE_MAX - j->arena_used)
			return 0;
		memcpy(copy, at, len);
		j->arena_used += len;
		at = copy;
	}
	j->visit(j->user, j->path, (struct flowlog_text){at, len});
	return 1;
}

static int take_null(void *user)
{
	return give(user, "", 0);
}

static int take_boolean(void *user, int value)
{
	return give(user, value ? "true" : "false", value ? 4 : 5);
}

static int take_number(void *user, const char *at, size_t len)
{
	return give(user, at, len);
}

static int take_string(void *user, const unsigned char *at, size_t len)
{
	return give(user, (const char *)at, len);
}

static int begin_object(void *user)
{
	struct flowlog_json *j = user;
	if (j->arrays > 0)
		return 1;
	if (j->depth == DEPTH_MAX)
		return 0;
	if (j->depth > 0)
		j->path[j->path_len++] = '.';
	j->parent[j->depth++] = j->path_len;
	return 1;
}

static int take_key(void *user, const unsigned char *at, size_t len)
{
	struct flowlog_json *j = user;
	if (j->arrays > 0)
		return 1;
	j->path_len = j->parent[j->depth - 1];
	if (len > PATH_MAX_BYTES || j->path_len > PATH_MAX_BYTES)
		return 0;
	memcpy(j->path + j->path_len, at, len);
	j->path_len += len;
	j->path[j->path_len] = '\0';
	return 1;
}

static int end_object(void *user)
{
	struct flowlog_json *j = user;
	if (j->arrays == 0)
		j->depth--;
	return 1;
}

static int begin_array(void *user)
{
	struct flowlog_json *j = user;
	j->arrays++;
	return j->depth > 0;
}

static int end_array(void *user)
{
	((struct flowlog_json *)user)->arrays--;
	return 1;
}

static const yajl_callbacks callbacks = {
	.yajl_null = take_null,
	.yajl_boolean = take_boolean,
	.yajl_number = take_number,
	.yajl_string = take_string,
	.yajl_start_map = begin_object,
	.yajl_map_key = take_key,
	.yajl_end_map = end_object,
	.yajl_start_array = begin_array,
	.yajl_end_array = end_array,
};

/* ---- lines ---- */

static void begin_parser(struct flowlog_json *j)
{
	if (j->parser)
		yajl_free(j->parser);
	j->parser = yajl_alloc(&callbacks, NULL, j);
	yajl_config(j->parser, yajl_allow_multiple_values, 1); /* one parser for all lines */
	yajl_config(j->parser, yajl_dont_validate_strings, 1); /* names need not be UTF-8 */
}

struct flowlog_json *flowlog_json_new(void)
{
	struct flowlog_json *j = g_new0(struct flowlog_json, 1);
	j->arena = g_malloc(FLOWLOG_LINE_MAX);
	begin_parser(j);
	return j;
}

void flowlog_json_free(struct flowlog_json *j)
{
	if (j == NULL)
		return;
	yajl_free(j->parser);
	g_free(j->arena);
	g_free(j);
}

const char *flowlog_json_read(struct flowlog_json *j, struct flowlog_text line, flowlog_json_visit *visit, void *user)
{
	j->visit = visit;
	j->user = user;
	j->line = line;
	j->arena_used = 0;
	j->depth = j->arrays = 0;
	j->path_len = 0;
	yajl_status status = yajl_parse(j->parser, (const unsigned char *)line.at, line.len);
	if (status == yajl_status_ok && j->depth == 0 && j->arrays == 0)
		return NULL;
	begin_parser(j);
	return status == yajl_status_ok                ? "the JSON object has no end"
	       : status == yajl_status_client_canceled ? "not a JSON object, or one of too many parts"
						       : "not JSON";
}
