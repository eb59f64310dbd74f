"""What requests and replies look like, made up and short: each stands in OpenAPI beside its schema."""

from __future__ import annotations

from typing import Any

GENERATION = "20261120T123523Z-1aa2"
QUESTION = "图书馆几点开门？"
SENTENCE = "新馆每天早上八点半开门，晚上九点关门。"
TEXT = f"市图书馆从八月一日起延长开放时间。\n{SENTENCE}\n读者可以在网上预约座位。"
START = TEXT.index(SENTENCE)
END = START + len(SENTENCE)

_PRINTED: dict[str, Any] = {
    "title": "图书馆延长开放时间",
    "source": "周口日报",
    "date": "2022-08-03",
    "page": "1",
    "author": "张猛",
}
_AT = {"article_id": "a1", "start": START, "end": END, "paragraph": 1}
_URL = f"/articles/a1#c{START}-{END}"
INDEX_INFO: dict[str, Any] = {"generation": GENERATION, "articles": 38, "passages": 160, "mode": "hybrid"}
FILTERS: dict[str, Any] = {"source": ["周口日报"], "date_from": "2022-08-01", "date_to": "2022-08-31"}
COUNTS = {"articles": 1, "issues": 1, "passages": 1}

PASSAGE: dict[str, Any] = {
    "rank": 1,
    "score": 0.031,
    "text": SENTENCE,
    **_AT,
    **_PRINTED,
    "url": _URL,
    "highlights": [{"start": 8, "end": 10}],
    "why": {"terms": ["图书馆", "开门"], "dense_rank": 2, "lexical_rank": 1},
    "also_in": [],
}
CITATION: dict[str, Any] = {"n": 1, "cited_text": SENTENCE, **_AT, **_PRINTED, "url": _URL}

ASK_IN: dict[str, Any] = {"question": QUESTION, "top_k": 3, "history": [], "filters": FILTERS}
ASK_OUT: dict[str, Any] = {
    "id": "ans_60d31cfd1777aeb3d634",
    "question": QUESTION,
    "effective_question": QUESTION,
    "status": "answered",
    "answer": {"text": SENTENCE, "sentences": [{"text": SENTENCE, "citation": 1}], "confidence": 0.93},
    "citations": [CITATION],
    "passages": [PASSAGE],
    "missing_terms": [],
    "index": INDEX_INFO,
    "timings_ms": {"encode": 0.4, "search": 1.1, "answer": 0.9, "total": 2.6},
}
COMPOSE_OUT: dict[str, Any] = {
    "id": ASK_OUT["id"],
    "status": "composed",
    "model": "a-language-model",
    "text": "新馆每天早上八点半开门。",
    "sentences": [{"text": "新馆每天早上八点半开门。", "citations": [1]}],
    "citations": [CITATION],
    "dropped": 1,
    "note": None,
    "took_ms": 812.4,
    "ask": ASK_OUT,
}
SEARCH_OUT: dict[str, Any] = {
    "query": "图书馆 开门",
    "passages": [PASSAGE],
    "facets": {"sources": [{"source": "周口日报", "articles": 1}], "years": [{"year": "2022", "articles": 1}]},
    "counts": COUNTS,
    "index": INDEX_INFO,
}
SUGGEST_OUT: dict[str, Any] = {
    "question": "去年8月图书馆几点开门？",
    "today": "2023-05-01",
    "filters": {"source": [], "date_from": None, "date_to": None},
    "suggestions": [
        {
            "phrase": "去年8月",
            "start": 0,
            "end": 4,
            "filters": {"source": [], "date_from": "2022-08-01", "date_to": "2022-08-31"},
            "articles": 1,
        }
    ],
    "counts": COUNTS,
}
FEEDBACK_IN = {"answer_id": "ans_60d31cfd1777aeb3d634", "verdict": "down", "note": "闭馆的那天没有说"}

_INFO: dict[str, Any] = {"id": "a1", **_PRINTED, "file": "2022-08-03.txt"}
ARTICLES_OUT: dict[str, Any] = {"articles": [_INFO], "total": 1, "page": 1, "page_size": 20}
ARTICLE_OUT: dict[str, Any] = {
    **_INFO,
    "subtitle": None,
    "text": TEXT,
    "raw": {"start": 0, "end": len(TEXT)},
    "parts": [
        {"file": "2022-08-03.txt", "page": "1", "start": 0, "end": len(TEXT), "raw": {"start": 0, "end": len(TEXT)}}
    ],
}
INDEX_OUT: dict[str, Any] = {
    **{name: INDEX_INFO[name] for name in ("generation", "articles", "passages", "mode")},
    "characters": 26131,
    "encoder": "baowen-static",
    "dimensions": 512,
    "built_at": "2026-11-20T12:35:23+00:00",
    "sources": [{"source": "周口日报", "articles": 38}],
    "rebuild": {
        "running": True,
        "stage": "read",
        "done": 120,
        "total": 5000,
        "task": "rebuild_1f2e3d4c5b6a",
        "status": "running",
        "started_at": "2026-11-20T13:00:00+00:00",
        "ended_at": None,
        "report": [],
    },
    "warning": None,
}
TASK_OUT = {"task": "rebuild_1f2e3d4c5b6a", "status": "running", "done": 0, "total": 0}
ROLLBACK_IN = {"generation": GENERATION}
ROLLBACK_OUT: dict[str, Any] = {"now": GENERATION, "before": "20261121T080000Z-77fe", "passed_over": []}

PROBLEM_OUT: dict[str, Any] = {
    "type": "urn:baowen:problem:wrong-fields",
    "title": "有字段不对",
    "status": 422,
    "detail": "请改正 errors 里列出的字段。",
    "instance": "/api/v1/ask",
    "errors": [{"pointer": "/top_k", "detail": "最多是 50"}],
}
