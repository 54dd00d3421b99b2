/* The words logs have for the enumerations of the session record: tanpa's own, Zeek's, Suricata's. */
#ifndef FLOWLOG_WORD_H
#define FLOWLOG_WORD_H

#include "flowlog/text.h"
#include "tanpa/session.h"

enum flowlog_dictionary {
	FLOWLOG_CONN_STATES, /* enum tanpa_conn_state; and so on */
	FLOWLOG_ORIGINS,
	FLOWLOG_ENDS,
	FLOWLOG_SERVICES, /* of several with commas between, the first that is known */
	FLOWLOG_METHODS,
	FLOWLOG_CONTENTS,
	FLOWLOG_PARTS,      /* joined by '+'; the answer is a set, 1 << enum tanpa_part */
	FLOWLOG_RISKS_SEEN, /* likewise, 1 << enum tanpa_risk */
};

/* Number of a word; `otherwise` when it is empty or none of them. */
unsigned flowlog_word(enum flowlog_dictionary dictionary, struct flowlog_text text, unsigned otherwise);

#endif
