"""The closed set of blocks an article is built from. What is scored or queried is a model, never a block.

A new article opens with empty blocks to fill in; what an editor leaves empty is dropped when he saves, never an error.
"""

from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListValue
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.images.blocks import ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock


class HeadingBlock(blocks.CharBlock):
    class Meta:
        icon = "title"
        label = _("Heading")
        template = "portal/blocks/heading.html"
        preview_value = "平时怎么准备"
        description = _("A short line that says what the next part is about")


class ParagraphBlock(blocks.RichTextBlock):
    class Meta:
        icon = "pilcrow"
        label = _("Paragraph")
        template = "portal/blocks/paragraph.html"
        preview_value = "<p>炉子要装烟筒，烟筒要通到屋外。<b>睡前看一眼风门。</b></p>"
        description = _("Running text; bold and links only")

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**({"features": ["bold", "link"], "required": False} | kwargs))


class PointsBlock(blocks.ListBlock):
    class Meta:
        icon = "list-ul"
        label = _("List")
        template = "portal/blocks/points.html"
        preview_value = ["手电和电池", "哨子", "常用药"]
        description = _("Points in no particular order")

    def __init__(self, child_block: blocks.Block | None = None, **kwargs: object) -> None:
        super().__init__(child_block or blocks.CharBlock(label=_("Point")), **kwargs)


class StepBlock(blocks.StructBlock):
    action = blocks.CharBlock(label=_("What to do"), max_length=60)
    note = blocks.CharBlock(label=_("In one more line"), max_length=120, required=False)


def is_blank_step(step: Any) -> bool:
    return not (step.get("action") or step.get("note"))


class OptionalStepBlock(StepBlock):
    def clean(self, value: Any) -> Any:
        return value if is_blank_step(value) else super().clean(value)


class StepsBlock(blocks.ListBlock):
    class Meta:
        icon = "list-ol"
        label = _("Steps")
        template = "portal/blocks/steps.html"
        preview_value = [
            {"action": "关阀门", "note": "顺手的话，先关灶前阀"},
            {"action": "开门窗", "note": "不开灯，不开排风扇"},
        ]
        description = _("What to do, one after the other")
        default = [{"action": "", "note": ""}] * 3  # three empty lines stand ready

    def __init__(self, child_block: blocks.Block | None = None, **kwargs: object) -> None:
        super().__init__(child_block or OptionalStepBlock(label=_("Step")), **kwargs)

    def clean(self, value: Any) -> ListValue:
        written = [step for step in super().clean(value).bound_blocks if not is_blank_step(step.value)]
        return ListValue(self, bound_blocks=written)


class WarningBlock(blocks.TextBlock):
    class Meta:
        icon = "warning"
        label = _("Warning")
        template = "portal/blocks/warning.html"
        preview_value = "水声突然变大、河水变浑，不等通知，立刻往高处跑。"
        description = _("One sentence in red: what would cost a life")


class TipBlock(blocks.TextBlock):
    class Meta:
        icon = "help"
        label = _("Tip")
        template = "portal/blocks/tip.html"
        preview_value = "报警器装在睡觉的屋里，离床近一点。"
        description = _("One useful remark beside the text")


class DoDontBlock(blocks.StructBlock):
    do = blocks.ListBlock(blocks.CharBlock(label=_("Point")), label=_("Do"))
    dont = blocks.ListBlock(blocks.CharBlock(label=_("Point")), label=_("Do not"))

    class Meta:
        icon = "tasks"
        label = _("Do and do not")
        template = "portal/blocks/do_dont.html"
        preview_value = {"do": ["湿毛巾捂住口鼻", "弯腰贴墙走"], "dont": ["不坐电梯", "不返回拿东西"]}
        description = _("Two short lists side by side")


class FigureBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("Image"))
    alt = blocks.CharBlock(label=_("What the picture shows"), max_length=200)
    caption = blocks.CharBlock(label=_("Caption"), max_length=200, required=False)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "portal/blocks/figure.html"
        preview_template = "portal/blocks/figure_preview.html"
        description = _("A picture with a sentence for those who cannot see it")


class ArticleChooserBlock(SnippetChooserBlock):
    """With the regulation, which its citation names: one query for all the articles of a text."""

    def bulk_to_python(self, values: Any) -> list[Any]:
        found = self.model_class.objects.select_related("regulation").in_bulk(values)
        return [found.get(pk) for pk in values]

    def deconstruct(self) -> tuple[str, Any, Any]:
        """What is stored is what Wagtail's block stores."""
        _name, args, kwargs = super().deconstruct()
        return "wagtail.snippets.blocks.SnippetChooserBlock", args, kwargs


class LawBlock(blocks.StructBlock):
    article = ArticleChooserBlock("duties.Article", label=_("Article of law"))

    class Meta:
        icon = "doc-full"
        label = _("Article of law")
        template = "portal/blocks/law.html"
        preview_template = "portal/blocks/law_preview.html"
        description = _("Cites an article from the rulebook, with its state")


class QuizChooserBlock(blocks.PageChooserBlock):
    """Chooses from a plain list of quizzes; Wagtail's own chooser would have the editor climb the page tree."""

    @cached_property
    def widget(self) -> Any:
        from portal.choosers import quiz_chooser  # noqa: PLC0415  the admin's views can be loaded only after the models

        return quiz_chooser.widget_class()

    def get_form_state(self, value: Any) -> Any:
        return self.widget.get_value_data(value)

    def deconstruct(self) -> tuple[str, Any, Any]:
        """What is stored is what Wagtail's block stores: migrations need not know the way it is chosen."""
        _name, args, kwargs = super().deconstruct()
        return "wagtail.blocks.PageChooserBlock", args, kwargs


class QuizBlock(blocks.StructBlock):
    quiz = QuizChooserBlock("portal.QuizPage", label=_("Quiz"))

    def clean(self, value: Any) -> Any:
        return super().clean(value) if value.get("quiz") else value

    class Meta:
        icon = "help"
        label = _("Quiz")
        template = "portal/blocks/quiz.html"
        preview_template = "portal/blocks/quiz_preview.html"
        description = _("Invites the reader to a quiz")


class BodyBlock(blocks.StreamBlock):
    heading = HeadingBlock()
    paragraph = ParagraphBlock()
    points = PointsBlock()
    steps = StepsBlock()
    warning = WarningBlock()
    tip = TipBlock()
    do_dont = DoDontBlock()
    figure = FigureBlock()
    law = LawBlock()
    quiz = QuizBlock()

    def clean(self, value: Any) -> blocks.StreamValue:
        cleaned = super().clean(value)
        written = [(child.block_type, child.value, child.id) for child in cleaned if not is_blank(child)]
        if self.required and not self.is_deferred_validation and not written:
            raise StreamBlockValidationError(non_block_errors=[ValidationError(_("Write at least one paragraph."))])
        return blocks.StreamValue(self, written)


def is_blank(child: blocks.StreamValue.StreamChild) -> bool:
    """A block that stood ready and was not used."""
    match child.block_type:
        case "paragraph":
            return not strip_tags(child.value.source).strip()
        case "steps":
            return len(child.value) == 0
        case "quiz":
            return not child.value.get("quiz")
        case _:
            return False


class SituationBlock(blocks.StructBlock):
    """One situation on the first screen of a hazard topic: up to five short lines."""

    title = blocks.CharBlock(label=_("Situation"), max_length=30)
    steps = blocks.ListBlock(StepBlock(label=_("Step")), min_num=2, max_num=5, label=_("Steps"))

    class Meta:
        icon = "list-ol"
        label = _("Situation")
        template = "portal/blocks/situation.html"
        preview_value = {
            "title": "接到转移通知",
            "steps": [
                {"action": "马上走，不收拾东西", "note": "只带药、手机、身份证"},
                {"action": "往两侧高处走", "note": "不顺沟走，不蹚水"},
            ],
        }
        description = _("What to do now, in at most five short lines")


class NowBlock(blocks.StreamBlock):
    situation = SituationBlock()


class PosterStepBlock(blocks.StructBlock):
    """One line of a poster, as long as fits in letters that can be read from three metres."""

    action = blocks.CharBlock(label=_("What to do"), max_length=14)
    note = blocks.CharBlock(label=_("In one more line"), max_length=30, required=False)

    class Meta:
        icon = "list-ol"
        label = _("Step")
        preview_value = {"action": "不碰电开关", "note": "灯不开也不关，插头不拔"}
        description = _("One bold line of at most 14 characters, one small one of at most 30")


class PosterStepsBlock(blocks.StreamBlock):
    step = PosterStepBlock()
