"""What speaks for and against an answer: plain numbers about the question, the sentence, what stands beside it, and its article."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grounds:
    """Each about 0 to 1. Coverages are shares of the weight of the question's words; ``beside`` is the sentence with the ones
    before and after it; ``article`` its headline and those of its passages that were looked at."""

    words: float
    words_beside: float
    words_passage: float
    words_article: float
    aspect: float  # the same, of the words that say which fact is asked for
    aspect_beside: float
    aspect_article: float
    subject_article: float  # the same, of the other words: what the question is about
    rarest_missing: float  # the rarest word that the article lacks, beside the question's rarest
    missing: float  # how many words the article lacks: 1 is five
    length: float  # how many words of its own the question has: 1 is ten
    shows: float  # whether the sentence holds a value of the form that is asked for
    shows_beside: float
    shows_article: float
    number_not_beside: float  # a number is asked for, and no such number stands there
    number_nowhere: float
    aspect_nowhere: float  # none of the words that say which fact is asked for stands in the article
    stated: float  # the sentence holds both such a word and such a value
    stated_beside: float
    lead: float  # of the sentence's score over the next best
    money: float
    number: float
    who: float
    when: float
    where: float
    why: float
    how: float
    named: float  # asks what somebody or something is called
    yes_no: float  # asks whether something is so
    outcome: float  # asks how it ended, or how it stands now
    duration: float  # asks how long something takes
    alike: float  # share of the question's own words, with what is alike: 娃娃 in 儿童
    alike_beside: float
    alike_article: float
    alike_aspect: float
    alike_aspect_beside: float
    alike_aspect_article: float
    alike_subject_article: float
    unlike: float  # the heaviest own word that nothing in the article is like, as far as it is so, beside the heaviest
    unlike_sum: float  # all of them together: 1 is twenty times the weight of a word that every passage holds
    least_beside: float  # the own word that is held least
    least_article: float
    names: float  # how many of the words are names: 1 is three
    name_nowhere: float  # whether an own name is printed in no article at all
    name_unlike: float  # as far as nothing in the article is like it
    name_missing: float  # whether the article lacks a name
    name_not_beside: float  # whether none stands beside the sentence
    nowhere: float  # how many own words are printed in no article: 1 is five
    nowhere_unlike: float  # the heaviest of them, as far as nothing in the article is like it, beside the heaviest
    pairs_article: float  # of the question's pairs of characters in the article
    figure_missing: float  # whether the article lacks a number of the question's own
    no_new_name: float  # somebody, somewhere or what something is called is asked for, and the sentence names nobody and nothing new
    follows: float  # whether history lent words
    value_near: float  # whether such a value stands near a word that asks for it: 1 beside it, 0 far away or none
    value_clause: float  # share of the own words in the clause with such a value and the one before it; 0 without one
    pairs: float  # of the question's pairs of characters in the sentence
    new_number: float  # whether it holds a number that the question does not
    chance: float  # of the best sentence, among all
    score: float  # its sum of evidence: 1 is ten
    same_article: float  # share of the first passages
    other_article: float  # nearness of the best passage of another article
    nearness: float  # of its passage
    meaning: float  # cosine of question and sentence
    nearest: float  # best cosine of question and any passage


COSINES = ("meaning", "nearest", "score")  # and what is summed of them
# Mean something for the encoder that they were learnt with alone.
OF_ITS_ENCODER = (
    *COSINES, "chance", "alike", "alike_beside", "alike_article", "alike_aspect", "alike_aspect_beside",
    "alike_aspect_article", "alike_subject_article", "unlike", "unlike_sum", "least_beside", "least_article",
    "name_unlike", "nowhere_unlike",
)  # fmt: skip
