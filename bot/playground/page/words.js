/** What the page says of itself, in the languages of the people here. */

const ENGLISH = {
  workspace: "Local workspace", channels: "Channels", apps: "Apps", actingAs: "Acting as",
  app: "APP", home: "Home", messages: "Messages", thread: "Thread", close: "Close",
  cancel: "Cancel", save: "Save", optional: "(optional)",
  send: "Send", messageTo: "Message {place}", replyTo: "Reply…", attach: "Attach a file", shortcuts: "Shortcuts",
  remove: "Remove {name}", enterSends: "Enter sends, Shift + Enter starts a new line", newLine: "Shift + Enter: new line",
  onlyYou: "Only visible to you", dismiss: "Dismiss", edited: "(edited)", deleted: "This message was deleted.",
  replyInThread: "Reply in thread", addReaction: "Add reaction", pin: "Pin to channel, or unpin", more: "More actions", copyText: "Copy text",
  copied: "Copied", editMessage: "Edit message", deleteMessage: "Delete message", deleteSure: "Delete this message?",
  repliesOne: "1 reply", replies: "{count} replies", today: "Today", yesterday: "Yesterday",
  beginning: "This is the very beginning of {place}.", newest: "Newest messages", older: "Earlier messages",
  enlarge: "Enlarge {name}", choose: "Choose an option", chooseFile: "Choose a file",
  reconnecting: "Connection lost. Trying again…", noAnswer: "The app did not answer in time. Is it running?",
  noHome: "Nothing here yet: the app has not shown its home tab.", failed: "That did not work. Try again?",
  tryTitle: "Things to try", tryText: "A click puts them into the message box; nothing is sent yet.",
  tryCopy: "Write", tryDraw: "Draw", tryAsk: "Ask in plain words",
  noApp: "{app} is not in this channel, so it hears nothing here.", addApp: "Add {app}", unread: "{count} unread",
  commands: "Commands", people: "People", unsupported: "This page does not show “{type}” blocks.",
  newChannel: "New channel", channelName: "Name", create: "Create", tooLarge: "{name} is larger than 25 MB.",
  formProblem: "Please mend what is marked.", jump: "Skip to the message box",
  reactedWith: "{names} reacted with {emoji}", helpful: "Helpful", notHelpful: "Not helpful", archived: "This channel is archived.",
  numberBetween: "Please enter a number from {min} to {max}.", numberLeast: "Please enter {min} or more.",
  numberMost: "Please enter {max} or less.", numberWhole: "Please enter a whole number.", numberAny: "Please enter a number.",
};

const CHINESE = {
  workspace: "本地工作区", channels: "频道", apps: "应用", actingAs: "当前身份",
  app: "应用", home: "主页", messages: "消息", thread: "消息列", close: "关闭",
  cancel: "取消", save: "保存", optional: "（可选）",
  send: "发送", messageTo: "发消息到 {place}", replyTo: "回复…", attach: "添加文件", shortcuts: "快捷方式",
  remove: "移除 {name}", enterSends: "Enter 发送，Shift + Enter 换行", newLine: "Shift + Enter 换行",
  onlyYou: "仅对你可见", dismiss: "忽略", edited: "（已编辑）", deleted: "此消息已删除。",
  replyInThread: "在消息列中回复", addReaction: "添加表情", pin: "在频道中固定或取消固定", more: "更多操作", copyText: "复制文本",
  copied: "已复制", editMessage: "编辑消息", deleteMessage: "删除消息", deleteSure: "要删除这条消息吗？",
  repliesOne: "1 条回复", replies: "{count} 条回复", today: "今天", yesterday: "昨天",
  beginning: "这里是 {place} 的开头。", newest: "最新消息", older: "更早的消息",
  enlarge: "放大 {name}", choose: "请选择", chooseFile: "选择文件",
  reconnecting: "连接已断开，正在重试…", noAnswer: "应用没有及时回应。它在运行吗？",
  noHome: "这里还没有内容：应用尚未显示主页。", failed: "操作没有成功，再试一次？",
  tryTitle: "可以试试", tryText: "点击后会填入输入框，不会立即发送。",
  tryCopy: "写文案", tryDraw: "画图", tryAsk: "直接用自然语言",
  noApp: "{app} 不在此频道中，听不到这里的消息。", addApp: "添加 {app}", unread: "{count} 条未读",
  commands: "命令", people: "成员", unsupported: "此页面不显示“{type}”区块。",
  newChannel: "新建频道", channelName: "名称", create: "创建", tooLarge: "{name} 超过 25 MB。",
  formProblem: "请修改标出的内容。", jump: "跳到输入框",
  reactedWith: "{names} 回应了 {emoji}", helpful: "有帮助", notHelpful: "没有帮助", archived: "此频道已归档。",
  numberBetween: "请输入 {min} 到 {max} 之间的数字。", numberLeast: "请输入不小于 {min} 的数字。",
  numberMost: "请输入不大于 {max} 的数字。", numberWhole: "请输入整数。", numberAny: "请输入数字。",
};

/** What the hint card offers to try: a word for each kind, and what goes into the message box. */
const TRIES = {
  en: [
    ["tryCopy", "/aigc copy a launch post for a steel water bottle"],
    ["tryDraw", "/aigc draw a red bicycle"],
    ["tryAsk", "@AIGC write a haiku about rain"],
  ],
  zh: [
    ["tryCopy", "/aigc copy 为一款不锈钢水杯写一条新品发布文案"],
    ["tryDraw", "/aigc draw 一辆红色的自行车"],
    ["tryAsk", "@AIGC 写一首关于雨的短诗"],
  ],
};

/** t(key, params), in the language of a locale such as "zh-CN"; English where there is no other. */
export function wordsFor(locale) {
  const table = isChinese(locale) ? CHINESE : ENGLISH;
  return (key, params = {}) =>
    (table[key] ?? ENGLISH[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => String(params[name] ?? ""));
}

export function triesFor(locale) {
  return isChinese(locale) ? TRIES.zh : TRIES.en;
}

function isChinese(locale) {
  return String(locale).toLowerCase().startsWith("zh");
}

/** For the test that both languages say the same things. */
export const LANGUAGES = { en: ENGLISH, zh: CHINESE };
