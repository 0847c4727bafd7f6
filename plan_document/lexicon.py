"""Words that plan documents are made of. Conventions of the genre, not the strings of one plan."""

from __future__ import annotations

import re


def words(written: str) -> tuple[str, ...]:
    """The words of a list that is written with spaces between them."""
    return tuple(written.split())


HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002ebef"

# Verbs with which a heading of a plan opens.
VERBS = frozenset(
    words(
        "加强 强化 推进 推动 促进 提升 提高 增强 实施 开展 完善 健全 建立 构建 建设 优化 深化 发展 培育 培养 "
        "打造 鼓励 支持 坚持 落实 织密 注重 协同 深入 创新 拓展 扩大 加大 加快 丰富 夯实 壮大 聚焦 突出 普及 "
        "弘扬 引导 激发 激励 营造 搭建 统筹 整合 规范 改进 改善 巩固 抓好 做好 做优 做强 做大 做实 办好 抓实 抓紧 "
        "用好 用活 建好 管好 建强 盘活 挖掘 开发 开放 开设 开拓 引进 引领 带动 服务 保障 组织 举办 创建 创作 "
        "探索 形成 树立 传播 宣传 推广 推行 推出 推介 联动 融合 融入 赋能 助力 助推 实现 确保 压实 明确 细化 "
        "严格 广泛 积极 大力 全面 切实 持续 扎实 着力 进一 有效 有序 充分 重视 关注 关爱 帮助 指导 监测 评估 "
        "考核 表彰 奖励 培训 教育 选树 选拔 选派 遴选 讲好 讲活 守护 护航 守牢 筑牢 筑强 延伸 延展 畅通 贯通 "
        "打通 补齐 补强 补足 攻克 集聚 汇聚 凝聚 激活 释放 转化 共建 共享 共创 合作 对接 链接 衔接 "
        "扶持 强健 养成 倡导 举行 建成 建优 配齐 配强 配备 保护 防范 应对 预防 抵制 治理 提质 提效 "
        "增加 增设 增进 参与 履行 担当 改革 改造 升级 更新 更好 广开 高效 高质 精准 分类 分层 分级 因地 "
        "擦亮 点亮 唱响 叫响 织牢 织好 织就 架起 搭好 走进 送教 送科 设立 成立 组建 编制 编写 制定 制作 出台 修订 "
        "强基 铸魂 固本 培优 育强 培植 培厚 厚植 涵养 浸润 滋养 播撒 播种 点燃 唤醒 引育 争创 争做 "
        "尊重 崇尚 依法 依托 立足 围绕 面向 紧扣 紧贴 紧抓 抢抓 突破 优先 重点 稳步 逐步 常态 定期 系统 "
        "合力 联合 协作 协调 调动 动员 发动 发挥 发掘 用足 用心 提供 满足 解决 消除 缩小 降低 减少 遏制 "
        "结合 利用 运用 应用 使用 充实 充电 更换 补充 补助 扶助 资助 关心 关怀 守正 传承 延续 保持 保存 "
    )
)

# What opens an ordinary sentence rather than a heading.
NOT_A_HEADING_OPENING = re.compile(
    r"^(?:围绕|通过|以|利用|将|把|对|在|到|至|同时|此外|并|为|按照|根据|依托|其中|要|从|由|各|每|该|本|这|那|其|使|让|"
    r"充分利用|即|如|是|也|且|但|而|及|与|和|等|力争|争取|逐年|确保到|到20|截至|目前|近年|所有|凡)"
)

# Nouns with which the heading of an action usually ends.
ACTION_SUFFIX = re.compile(r"(?:行动|工程|计划|专项|攻坚战|任务|项目)$")
STRONG_ACTION_SUFFIX = re.compile(r"(?:行动|工程|攻坚战|行动计划)$")

_CHAPTER_NUMBER = r"(?:[一二三四五六七八九十两\d]{1,3}(?:大|项|个|类))"

INTRODUCTION = re.compile(
    r"总体要求|总体思路|总体目标|指导思想|基本原则|工作原则|基本思路|工作思路|主要目标|工作目标|发展目标|"
    r"目标任务|目标要求|预期目标|行动目标|建设目标|规划目标|总目标|发展基础|工作基础|背景|形势|重要意义|意义|"
    r"现状|总则|前言|序言|引言|现实基础|面临|回顾|主要成效|存在问题|编制依据|适用范围|^目标$|^原则$|^概述$|^基础$"
)
TASKS = re.compile(
    r"任务|重点工作|工作重点|主要措施|工作措施|具体措施|重点措施|实施措施|推进措施|主要举措|重点举措|工作举措|"
    r"具体举措|主要内容|工作内容|重点内容|实施内容|建设内容|行动内容|(?:重点|主要|专项|提升|关键)(?:行动|工程|项目)$|"
    + _CHAPTER_NUMBER
    + r".{0,8}(?:行动|工程|任务|举措|计划|项目)$"
)
CONTAINER_TITLE = re.compile(
    r"^(?:组织|深入|大力|全面|统筹)?(?:实施|开展|推进|落实|聚焦|抓好)?"
    + _CHAPTER_NUMBER
    + r".{0,10}(?:行动|工程|任务|举措|计划|项目)$"
)
SAFEGUARDS = re.compile(
    r"保障措施|组织保障|组织实施|实施保障|条件保障|保障机制|工作保障|服务保障|工作要求|有关要求|相关要求|几点要求|"
    r"组织领导|组织管理|实施要求|保障体系|监督检查|督查|督导|考核|监测评估|评估|附则|工作机制|^保障$|强化保障|加强保障|组织与"
)
SCHEDULE = re.compile(
    r"实施步骤|工作步骤|方法步骤|进度安排|时间安排|实施阶段|步骤安排|阶段安排|工作安排|实施时间|工作进度|推进步骤"
)
ATTACHMENT = re.compile(r"^附[件表录]")

# Chapter titles that may stand run together with the text that follows them.
CHAPTER_TITLES = words(
    "总体要求 总体思路 总体目标 指导思想 基本原则 工作原则 主要目标 工作目标 发展目标 目标任务 目标要求 "
    "重点任务 主要任务 工作任务 任务分工 重点工作 主要措施 工作措施 重点举措 主要举措 工作内容 重点行动 "
    "重点工程 保障措施 组织保障 组织实施 条件保障 保障机制 工作要求 有关要求 实施步骤 进度安排 组织领导 "
    "发展基础 背景意义 总则 附则 主要行动 具体任务 具体措施 工作步骤 时间安排 机制保障 监督考核"
)

PLAN_TITLE_NOUN = r"(?:实施方案|行动方案|工作方案|方案|规划纲要|发展规划|规划|行动计划|工作计划|计划|纲要|实施意见|意见|工作要点|要点|任务分工|任务清单|分工方案|实施细则)"

NUMERALS = "零一二三四五六七八九十百千两"


def starts_with_verb(text: str) -> bool:
    """Does the text open like a heading of a plan: with a verb, or an adverb before one?"""
    return text[:2] in VERBS
