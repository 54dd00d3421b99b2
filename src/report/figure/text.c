#include "report/figure/text.h"

void text_font(cairo_t *to, const char *family, double size, bool bold)
{
	cairo_select_font_face(to, family, CAIRO_FONT_SLANT_NORMAL,
			       bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
	cairo_set_font_size(to, size);
}

double text_width(cairo_t *to, const char *text)
{
	cairo_text_extents_t extents;
	cairo_text_extents(to, text, &extents);
	return extents.x_advance;
}

void text_show(cairo_t *to, const char *text, double x, double y, double part)
{
	cairo_move_to(to, x - part * text_width(to, text), y);
	cairo_show_text(to, text);
	cairo_new_path(to); /* it leaves a point */
}

double text_fit(cairo_t *to, const char *family, const char *text, double size, bool bold, double width)
{
	text_font(to, family, size, bold);
	double wide = text_width(to, text);
	return wide > width ? size * width / wide : size;
}
