"""Is this said to the service rather than asked of the papers?  Greetings, thanks, farewells, and what they are followed by."""

from __future__ import annotations

import re

from retriever.text.folding import fold

_YOU = r"(?:你们?|您们?|这个?(?:网站|网页))"  # 这是谁 may follow on an answer: it is left to the papers
_TAIL = r"[啊呀吗吧呢哦噢哈嘛啦哟呗咯喔]{0,3}"

# Whole clauses, never parts of one: what these say is said to somebody, so no article can answer it.
_FORMS: tuple[str, ...] = (
    # greetings
    r"(?:你|您|你们|大家|各位)?好{1,4}|[哈呵嘿]{2,8}",
    r"(?:早上|上午|中午|下午|晚上|大家早上|大家晚上)好|早安?|[午晚]安|新年好|哈[喽啰罗]+|嗨+|喂+|hi+|hello|hey",
    r"(?:你|您)?在(?:不在|吗|么|线吗)?|有人(?:在)?(?:吗|么)|(?:你|您)?吃(?:饭)?了(?:吗|没有?)|好久不见|(?:你|您)?(?:最近)?(?:还好|好不好|好吗|怎么样)",
    # thanks and assent
    r"(?:好的?|非常|太|十分|真是|那)?(?:多谢|谢谢|感谢|谢)(?:你们?|您|大家|了)?(?:了|的?(?:回答|帮助|帮忙|解答))?|thanks?(?:you)?|thx|3q",
    r"(?:你|您)?辛苦了?|(?:麻烦|打扰)(?:你|您)?了|不客气|没事了?|好的+|好吧|嗯+|哦+|噢+|行|可以|懂了|收到|(?:我)?(?:明白|知道|了解)了?|ok|okay",
    # farewells
    r"再见|再会|拜+|拜拜+|(?:good)?bye(?:bye)?|88+|回头见|(?:明天|下次|回头|改天)再?[见聊]|(?:我)?(?:先)?(?:走|撤|下|睡)了",
    # who are you
    rf"(?:请问)?{_YOU}(?:到底|究竟)?(?:是|叫)(?:谁|啥|什么|哪位|干[什么啥嘛吗]+的?|做什么的?)(?:人|东西|名字?|名称|机器人|模型|网站|系统)?",
    rf"{_YOU}(?:到底|究竟)?(?:是不是|是)?(?:一个|个)?(?:真人|机器人|人|活人|ai|人工智能|程序|模型|chatgpt|gpt)"
    r"(?:还是(?:真人|机器人|人|活人|ai|人工智能|程序))?",
    rf"{_YOU}是(?:由)?(?:谁|哪[个家](?:公司|人|团队)?|哪里|什么人)(?:开发|做|制作|制造|设计|发明|创造|研发|写|训练)(?:出来)?的?",
    rf"谁(?:开发|制作|制造|设计|发明|创造|研发|训练)(?:出来)?(?:了|的){_YOU}",
    r"(?:你|您)(?:今年)?(?:多大|几岁)了?|(?:你|您)(?:是)?(?:从)?哪(?:里|儿)(?:来的?|人)|(?:你|您)(?:是)?(?:男|女)的?(?:还是女的?)?",
    # what can you do
    rf"(?:请问)?{_YOU}(?:都|还)?(?:能|会|可以)(?:帮我|为我|帮忙)?(?:做|干|回答|查|问)?(?:点|些)?(?:什么|啥|哪些)(?:东西|事情?|问题|忙)?",
    rf"{_YOU}(?:都)?有(?:什么|啥|哪些)(?:功能|用处?|本事|能力)|{_YOU}(?:怎么|如何|咋)(?:用|使用|提问|玩)|{_YOU}有什么用",
    rf"我(?:能|可以|该)(?:问|跟)?{_YOU}(?:问)?(?:些|点)?(?:什么|啥|哪些)(?:问题)?|help|使用(?:说明|方法|帮助)|功能介绍",
    r"(?:请)?(?:先)?(?:做个|来个)?(?:自我介绍|介绍(?:一下|下)?(?:你|您)?自己)(?:一下)?",
    # what the clock says
    r"(?:请问)?(?:现在|这会儿|此刻)(?:是)?(?:北京时间)?(?:几点|什么时间|什么时候|啥时候)(?:钟|整)?了?",
    r"(?:请问)?今天(?:是)?(?:星期|礼拜|周)几|(?:请问)?今天(?:是)?(?:几月)?几[号日]|今天(?:是)?(?:什么|啥)日子|今天(?:是)?哪一?天",
    # keep me company
    r"(?:请|你|你能|能不能|能|可以)?(?:(?:给我|给大家|帮我|跟我)(?:再)?(?:讲|说|来)(?:点)?|(?:再)?(?:讲|说|来)一?个)个?(?:冷?笑话|故事|段子|鬼故事)(?:听听|来听听)?",
    r"(?:请|你|你能|能不能|能|可以)?(?:给我)?唱一?[首个支]歌?(?:听听)?",
    r"(?:请|你|你能|能不能|能|可以)?(?:陪|和|跟)我(?:聊|说说?|谈)(?:聊|会儿?|一会儿?)?(?:天|话)?(?:会儿)?|聊(?:会儿?|聊)?天|我?(?:好|很|太|真)(?:无聊|烦|累|难过)",
    # praise and abuse
    r"我(?:好|很|真)?(?:爱|喜欢|讨厌|恨)(?:死)?你|(?:你|您)(?:可)?(?:真|好|太|很|挺)(?:是)?(?:棒|好|聪明|厉害|可爱|笨|傻|蠢|垃圾)(?:了|极了)?",
    r"(?:你)?(?:个|这个|是)?(?:笨蛋|傻瓜|白痴|傻子|废物|垃圾)(?:系统|机器人|东西)?|滚+(?:开|蛋)?|闭嘴",
)
_ONE = "|".join(f"(?:{form}){_TAIL}" for form in _FORMS)
_SMALL_TALK = re.compile(rf"(?:{_ONE}){{1,2}}")  # 你好你是谁 has no comma
_CLAUSE_ENDS = re.compile(r"[\W_]+")
_LONGEST = 30  # characters; who says more asks something


def is_small_talk(text: str) -> bool:
    """Whether every clause is a greeting, a farewell, thanks, or about the service itself.

    >>> [is_small_talk(text) for text in ("你好呀，在吗？", "你是谁开发的", "谢谢", "谁写的", "你好李焕英票房多少")]
    [True, True, True, False, False]
    """
    if len(text) > _LONGEST:
        return False
    clauses = [clause for clause in _CLAUSE_ENDS.split(fold(text)) if clause]
    return bool(clauses) and all(_SMALL_TALK.fullmatch(clause) for clause in clauses)
