"""Chinese surnames, and names that are printed without a gap between them."""

from __future__ import annotations

from collections.abc import Iterator

SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞"
    "熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣邓郁"
    "单杭洪包诸左石崔吉钮龚程嵇邢裴陆荣翁荀羊甄曲家封芮储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全班仰秋仲伊宫宁仇栾暴甘厉"
    "戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍璩桑桂濮"
    "牛寿通边扈燕冀浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧利师巩聂关荆游权盖"
    "肖覃闫化代苑晁佘仝芦付逯丘冼岳帅海冷璞亢况郏琚鞠仉佟蔚揭撒禚晋阳"
)
DOUBLE_SURNAMES = frozenset(
    "欧阳 司马 上官 诸葛 夏侯 皇甫 尉迟 公孙 慕容 长孙 司徒 令狐 东方 端木".split()  # noqa: SIM905
)


def has_surname(name: str) -> bool:
    return name[:1] in SURNAMES or name[:2] in DOUBLE_SURNAMES


def parted_names(letters: str) -> Iterator[str]:
    """Names out of a run of characters: a new one starts at a surname, after two or three of them.

    >>> list(parted_names("杨华洋林华静")), list(parted_names("刘昂王晨")), list(parted_names("李丹丹"))
    (['杨华洋', '林华静'], ['刘昂', '王晨'], ['李丹丹'])
    """
    while len(letters) > 4 or (len(letters) == 4 and letters[2] in SURNAMES and letters[:2] not in DOUBLE_SURNAMES):
        size = 3 if letters[3:4] in SURNAMES and len(letters) != 4 else 2 if letters[2] in SURNAMES else 0
        if not size:
            break
        yield letters[:size]
        letters = letters[size:]
    if letters:
        yield letters
