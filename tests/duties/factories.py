import factory

from duties.models import Article, DutyRule, Regulation


class RegulationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Regulation

    key = factory.Sequence(lambda n: f"order-{n + 1000}")
    title = "示例安全规定"
    short_title = "示例规定"
    title_en = "Sample Safety Provisions"
    level = "department"
    source = "样本"
    verified = True


class ArticleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Article

    regulation = factory.SubFactory(RegulationFactory)
    number = 33
    heading = "演练"
    summary = "每年演练一次。"
    source = "样本"
    verified = True


class DutyRuleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DutyRule

    key = factory.Sequence(lambda n: f"X{n:02}")
    kind = "drill"
    subject = "单位"
    subject_en = "Units"
    matter = "演练"
    matter_en = "Drill"
    trigger = "period"
    status = "mandatory"
    level = "national"
    source = "样本"
    verified = True
