"""A few small recipes: what the tests of commands and forms need of them."""

from __future__ import annotations

from engine.domain.recipe import Choice, Field, FieldType, Recipe, RecipeBook, Words
from engine.domain.request import Kind

TEXTS = Words("Marketing", "营销")
POST = Recipe(
    "social-post",
    Kind.COPY,
    Words("Social media post", "社媒帖子"),
    Words("A post for one platform.", "一个平台的帖子。"),
    TEXTS,
    (
        Field("product", Words("Product", "产品"), hint=Words("a steel bottle", "不锈钢水杯")),
        Field(
            "platform",
            Words("Platform", "平台"),
            type=FieldType.CHOICE,
            choices=(Choice("x", Words("X", "X")), Choice("weibo", Words("Weibo", "微博"))),
        ),
        Field("call_to_action", Words("Call to action", "行动号召"), required=False, max_chars=30),
        Field("hashtags", Words("Hashtags", "话题数"), required=False, type=FieldType.NUMBER, least=0, most=5),
    ),
    Words("Write a post.", "写一条帖子。"),
)
RECOMMENDATION = Recipe(
    "recommendation",
    Kind.COPY,
    Words("Personalised recommendation", "个性化推荐"),
    Words("One recommendation for one customer.", "为一位顾客写一条推荐。"),
    TEXTS,
    (
        Field("customer", Words("Customer", "顾客")),
        Field("product", Words("Product", "产品")),
        Field("notes", Words("Notes", "备注"), required=False, type=FieldType.MULTILINE),
    ),
    Words("Recommend it.", "推荐它。"),
)
SLOGAN = Recipe(
    "slogan",
    Kind.COPY,
    Words("Slogan", "口号"),
    Words("One line.", "一句话。"),
    TEXTS,
    (),
    Words("One line.", "一句话。"),
)
POSTER = Recipe(
    "poster",
    Kind.DRAW,
    Words("Poster", "海报"),
    Words("A poster.", "一张海报。"),
    Words("Pictures", "图片"),
    (Field("subject", Words("Subject", "主题")),),
    template="a poster of {subject}",
)
BRANDED = Recipe(
    "brand-style",
    Kind.DRAW,
    Words("Brand style", "品牌风格"),
    Words("Needs a LoRA.", "需要 LoRA。"),
    Words("Pictures", "图片"),
    template="{brief}, in our style",
    lora=True,
    missing="lora",
)
BOOK = RecipeBook((POST, RECOMMENDATION, SLOGAN, POSTER, BRANDED))
