"""The model card that goes into the folder of a new model."""

from __future__ import annotations

from statistics import fmean

from embeddings.training.recipe import Learnt, Recipe

CARD = """\
---
language: zh
library_name: sentence-transformers
license: apache-2.0
pipeline_tag: sentence-similarity
tags: [static-embeddings, chinese, news, retrieval]
---

# {name}

Text to {dimensions} numbers, for finding passages of Chinese newspaper articles with questions in everyday words.
A text is cut into pieces ({pieces:,} of them), each piece has one vector, and the text is their mean, made unit length.
There is no network to run: a question takes about 0.02 ms on one processor core, and neither torch nor a GPU is needed.

```python
from embeddings.encoder import load_encoder

encoder = load_encoder("baowen-static-zh")
passages = encoder.encode_passages(["标题\\n正文……"])  # shape (1, {dimensions})
question = encoder.encode_question("看病能报多少钱？")  # shape (1, {dimensions})
print(passages @ question[0])  # cosine
```

`SentenceTransformer(folder).float()` opens the same folder; `.float()` widens the 8-bit numbers (E4M3) of the file.
Fold traditional characters to simplified ones before encoding; passages are best given as headline, line break, text,
of about 300 characters, or below the article's first sentence where it has no headline.

## How it was made

    python -m embeddings.training --data DATA --out FOLDER --epochs {epochs} --batch {batch} --rate {rate} --seed {seed}

- Pieces: Unigram over NFKC lower-cased text, at most 6 characters each; digits go in twos; anything but letters
  and digits is dropped. Learnt from {vocabulary_articles:,} articles, all questions and all synonyms. The shipped model
  kept the pieces of a first, shorter run (`--vocabulary`).
- Pairs: {pairs:,} in {epochs} epochs, made afresh each time: headline → a first passage; sentence → the rest of its
  passage; a few words → the passage around them; first sentence → a later passage; question → the passage (or the
  sentence) that answers it, hand-made news questions 5 times an epoch; paraphrases at three in ten; synonym pairs.
- Wording: in 60 % of the queries half of the words known to the synonym table give way to a partner; in 35 % half of
  the pieces that the passage shares are left out; of all pieces one in ten is left out every time.
- Loss: softmax over the batch ({batch:,} pairs) both ways, scale 20, passages of the same article never count as
  wrong. AdamW, {rate} falling in a straight line to nothing, weight decay {decay}. Mean loss of the last hundred steps {loss:.3f}.
- Go on learning from your own articles with `--start-from FOLDER`. With `--vocabulary FOLDER` the pieces of an earlier
  model are kept and the vectors learnt anew; with the same data and threads that is repeatable to the bit.

## What it learnt from

Weights only: no text of these is in this folder. Rows marked as kept for measuring were left out.

| set | what | rights |
|---|---|---|
| xwlb, xwlb_briefs | items of the national evening news, 2012-2024 | copyright of the broadcaster |
| crud | news of many outlets, 2023 (documents of CRUD-RAG) | copyright of the papers |
| misc_news | other news and government reports | copyright of the papers and agencies |
| qa | questions on encyclopedia passages: CMRC 2018 train, DRCD dev | CC BY-SA 4.0, CC BY-SA 3.0 |
| ncp_policy_q2a | questions on public policy | copyright of the project |
| csts, simclue | paraphrases of chat and FAQ questions | copyright of the projects |
| news_questions, news_dialogues | citizens' questions, made by hand for this project | this project |
| synonyms | everyday and printed words, made by hand for this project | this project |

## How well it does

`python -m embeddings.training.measure --data DATA --encoder FOLDER`, the encoder alone, no keyword search beside it:

{figures}

R@1 and R@10 count questions whose article is first, or among the first ten. Other outlets' reports of the same event
count as wrong, so the crud rows are lower bounds; 7 of the 848 cmrc passages overlap the training passages.

## Limits

- A mean knows no word order and no negation: “甲胜乙” and “乙胜甲” are the same text to it.
- Long numbers are pairs of digits, names outside the vocabulary are single characters: keyword search finds both better.
  It is meant to stand beside keyword search, not in its place.
- News of 2012-2024 in simplified Chinese; other registers, and other languages, are hardly known.
- It takes over the habits of its sources: what they seldom print, it seldom finds.
"""
NOT_MEASURED = "(not measured yet)"


def model_card(name: str, recipe: Recipe, learnt: Learnt, *, figures: str = NOT_MEASURED) -> str:
    """The card in English, for people who meet the folder without the project. ``figures`` is a Markdown table."""
    return CARD.format(
        name=name,
        dimensions=recipe.dimensions,
        pieces=len(learnt.weights),
        vocabulary_articles=recipe.vocabulary_articles,
        pairs=learnt.pairs,
        epochs=recipe.epochs,
        batch=recipe.batch,
        rate=recipe.rate,
        decay=recipe.decay,
        seed=recipe.seed,
        loss=fmean(learnt.losses[-100:]),
        figures=figures,
    )
