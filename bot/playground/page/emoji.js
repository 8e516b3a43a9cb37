/** Emoji shortcodes: a common subset of Slack's; others stay as they are written. */

const TABLE = `
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|tada 🎉|heart ❤️|eyes 👀|pray 🙏|fire 🔥|rocket 🚀|joy 😂|smile 😄|grinning 😀|wink 😉
slightly_smiling_face 🙂|thinking_face 🤔|sob 😭|cry 😢|sweat_smile 😅|laughing 😆|blush 😊|heart_eyes 😍|sunglasses 😎
neutral_face 😐|confused 😕|open_mouth 😮|scream 😱|rage 😡|sleeping 😴|zany_face 🤪|star-struck 🤩|hugging_face 🤗
wave 👋|clap 👏|raised_hands 🙌|muscle 💪|ok_hand 👌|point_right 👉|point_left 👈|point_up ☝️|point_down 👇|writing_hand ✍️
white_check_mark ✅|heavy_check_mark ✔️|x ❌|warning ⚠️|no_entry ⛔|no_entry_sign 🚫|exclamation ❗|question ❓|bulb 💡|memo 📝
pencil ✏️|pencil2 ✏️|art 🎨|frame_with_picture 🖼️|camera 📷|paintbrush 🖌️|lower_left_paintbrush 🖌️|crystal_ball 🔮|sparkles ✨|star ⭐|star2 🌟|dizzy 💫
zap ⚡|boom 💥|sunny ☀️|rainbow 🌈|cloud ☁️|rain_cloud 🌧️|snowflake ❄️|moon 🌔|earth_asia 🌏|ocean 🌊|seedling 🌱|herb 🌿
leaves 🍃|four_leaf_clover 🍀|rose 🌹|sunflower 🌻|cherry_blossom 🌸|tulip 🌷|evergreen_tree 🌲|cactus 🌵|maple_leaf 🍁
dog 🐶|cat 🐱|fox_face 🦊|bear 🐻|panda_face 🐼|unicorn_face 🦄|bee 🐝|butterfly 🦋|whale 🐳|turtle 🐢|bird 🐦|robot_face 🤖
apple 🍎|lemon 🍋|strawberry 🍓|pizza 🍕|coffee ☕|tea 🍵|beer 🍺|champagne 🍾|cake 🍰|birthday 🎂|cookie 🍪|rice 🍚
bike 🚲|bicyclist 🚴|car 🚗|bus 🚌|train 🚆|airplane ✈️|ship 🚢|house 🏠|office 🏢|factory 🏭|mountain ⛰️|beach_with_umbrella 🏖️
gift 🎁|balloon 🎈|trophy 🏆|medal 🏅|soccer ⚽|basketball 🏀|musical_note 🎵|guitar 🎸|movie_camera 🎥|books 📚|book 📖|newspaper 📰
computer 💻|phone ☎️|iphone 📱|email 📧|envelope ✉️|package 📦|mag 🔍|link 🔗|paperclip 📎|scissors ✂️|lock 🔒|unlock 🔓|key 🔑
wrench 🔧|hammer 🔨|gear ⚙️|hourglass ⌛|hourglass_flowing_sand ⏳|stopwatch ⏱️|alarm_clock ⏰|calendar 📆|date 📅|bell 🔔|mega 📣
loudspeaker 📢|speech_balloon 💬|thought_balloon 💭|chart_with_upwards_trend 📈|chart_with_downwards_trend 📉|bar_chart 📊
moneybag 💰|dollar 💵|credit_card 💳|shopping_trolley 🛒|label 🏷️|recycle ♻️|arrows_counterclockwise 🔄|repeat 🔁
arrow_right ➡️|arrow_left ⬅️|arrow_up ⬆️|arrow_down ⬇️|information_source ℹ️|heavy_plus_sign ➕|heavy_minus_sign ➖|100 💯
red_circle 🔴|large_blue_circle 🔵|large_green_circle 🟢|large_yellow_circle 🟡|white_circle ⚪|black_circle ⚫|one 1️⃣|two 2️⃣|three 3️⃣
four 4️⃣|five 5️⃣|shield 🛡️|straight_ruler 📏|game_die 🎲|ghost 👻|skull 💀|poop 💩|see_no_evil 🙈|shrug 🤷|facepalm 🤦|handshake 🤝|heavy_multiplication_x ✖️
broken_heart 💔|blue_heart 💙|green_heart 💚|yellow_heart 💛|purple_heart 💜|black_heart 🖤|orange_heart 🧡|sparkling_heart 💖`;

const KNOWN = new Map(
  TABLE.trim()
    .split(/[|\n]/)
    .map((entry) => entry.trim().split(" ")),
);

/** Offered when reacting. */
export const REACTIONS = [
  "+1", "-1", "heart", "tada", "joy", "eyes", "pray", "fire", "rocket", "white_check_mark", "x", "thinking_face",
  "clap", "raised_hands", "star-struck", "sob", "bulb", "100",
];

/** The character for a name without colons and skin tone; null if it is not known. */
export function emoji(name) {
  return KNOWN.get(name.replace(/::skin-tone-\d$/, "")) ?? null;
}

/** As `emoji`, or the name in colons. */
export function emojiOrName(name) {
  return emoji(name) ?? `:${name}:`;
}

/** Text in which the shortcodes that are known have become characters. */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+)(?:::skin-tone-\d)?:/gi, (all, name) => emoji(name.toLowerCase()) ?? all);
}
