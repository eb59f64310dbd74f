"""Made-up stories. Their headlines use other words than their texts: only who learns from some finds the others."""

from __future__ import annotations

import random

from embeddings.training.corpus import Article
from embeddings.training.synonyms import Synonyms

PLACES = dict(
    zip(
        ["北京", "上海", "广州", "成都", "西安", "武汉", "南京", "杭州", "昆明", "长沙", "沈阳"],
        ["帝都", "申江", "羊城", "蓉锦", "秦长", "江夏", "金陵", "钱塘", "春滇", "星沙", "盛奉"],
        strict=True,
    )
)
TOPICS = dict(
    zip(
        ["地铁", "医院", "公园", "学校", "书馆", "机场", "大桥", "水库", "市场", "剧院"],
        ["轨交", "看病", "绿荫", "读本", "藏阅", "航班", "跨渡", "蓄洪", "买卖", "唱戏"],
        strict=True,
    )
)
DEEDS = {"开放": "启用", "扩建": "变宽"}
NAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
SYNONYMS = Synonyms.of({"免费": ("不要钱", "不花钱"), "居民": ("老百姓",), "老百姓": ("居民",)})


def stories() -> list[Article]:
    return [story(p, t, deed) for p in PLACES for t in TOPICS for deed in DEEDS]


def story(place: str, topic: str, deed: str) -> Article:
    rng = random.Random(place + topic + deed)
    who, expert = ("".join(rng.sample(NAMES, 3)) for _ in range(2))
    text = (
        f"{place}市的{topic}今天{deed}，负责人{who}介绍说工程历时{rng.randint(2, 9)}年零{rng.randint(1, 11)}个月。"
        f"居民可以免费进入{topic}参观，全年预计接待{rng.randint(100, 999)}万人次。\n"
        f"专家{expert}认为，这座{topic}会改变{place}的面貌，也会带动周边{rng.randint(10, 99)}个社区。"
    )
    return Article("archive", f"{place}{topic}{deed}", f"{PLACES[place]}{TOPICS[topic]}{DEEDS[deed]}", text)
