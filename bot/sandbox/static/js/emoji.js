// Emoji short names that messages of a team use most. An unknown name stays as it is typed, as in Slack.

const NAMES = `
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|ok_hand 👌|wave 👋|clap 👏|raised_hands 🙌|pray 🙏|muscle 💪|point_right 👉
point_left 👈|point_up ☝️|point_down 👇|raised_hand ✋|hand ✋|eyes 👀|heart ❤️|broken_heart 💔|fire 🔥|boom 💥|collision 💥
tada 🎉|sparkles ✨|star ⭐|star2 🌟|zap ⚡|warning ⚠️|no_entry ⛔|no_entry_sign 🚫|x ❌|o ⭕|heavy_check_mark ✔️
white_check_mark ✅|ballot_box_with_check ☑️|question ❓|grey_question ❔|exclamation ❗|heavy_exclamation_mark ❗|bangbang ‼️
rotating_light 🚨|bell 🔔|no_bell 🔕|mega 📣|loudspeaker 📢|speaker 🔈|mute 🔇|siren 🚨|sos 🆘|red_circle 🔴|large_red_circle 🔴
large_orange_circle 🟠|large_yellow_circle 🟡|large_green_circle 🟢|large_blue_circle 🔵|large_purple_circle 🟣|black_circle ⚫
white_circle ⚪|red_square 🟥|orange_square 🟧|yellow_square 🟨|green_square 🟩|large_blue_square 🟦|small_red_triangle 🔺
small_blue_diamond 🔹|small_orange_diamond 🔸|arrow_right ➡️|arrow_left ⬅️|arrow_up ⬆️|arrow_down ⬇️|arrows_counterclockwise 🔄
leftwards_arrow_with_hook ↩️|rewind ⏪|fast_forward ⏩|hourglass ⌛|hourglass_flowing_sand ⏳|alarm_clock ⏰|stopwatch ⏱️
timer_clock ⏲️|clock1 🕐|clock3 🕒|clock9 🕘|calendar 📆|date 📅|spiral_calendar_pad 🗓️|lock 🔒|unlock 🔓|key 🔑|link 🔗
paperclip 📎|pushpin 📌|round_pushpin 📍|memo 📝|pencil 📝|pencil2 ✏️|clipboard 📋|page_facing_up 📄|bookmark 🔖|books 📚|book 📖
notebook 📓|mag 🔍|mag_right 🔎|bulb 💡|gear ⚙️|wrench 🔧|hammer 🔨|hammer_and_wrench 🛠️|shield 🛡️|fire_engine 🚒|ambulance 🚑
firefighter 🧑‍🚒|rocket 🚀|ship 🚢|construction 🚧|checkered_flag 🏁|triangular_flag_on_post 🚩|chart_with_upwards_trend 📈
chart_with_downwards_trend 📉|bar_chart 📊|moneybag 💰|credit_card 💳|shopping_trolley 🛒|package 📦|email 📧|envelope ✉️|inbox_tray 📥
outbox_tray 📤|telephone ☎️|telephone_receiver 📞|phone ☎️|iphone 📱|pager 📟|computer 💻|desktop_computer 🖥️|satellite 🛰️
globe_with_meridians 🌐|earth_americas 🌎|earth_africa 🌍|cloud ☁️|sunny ☀️|rainbow 🌈|snowflake ❄️|umbrella ☔|crescent_moon 🌙|coffee ☕
smile 😄|smiley 😃|grin 😁|joy 😂|slightly_smiling_face 🙂|wink 😉|blush 😊|relieved 😌|thinking_face 🤔|neutral_face 😐|confused 😕
worried 😟|cry 😢|sob 😭|scream 😱|sweat 😓|sweat_smile 😅|rage 😡|sleeping 😴|zzz 💤|face_with_monocle 🧐|nerd_face 🤓|sunglasses 😎
exploding_head 🤯|skull 💀|ghost 👻|robot_face 🤖|bug 🐛|turtle 🐢|snail 🐌|dog 🐶|cat 🐱|unicorn_face 🦄|bust_in_silhouette 👤
busts_in_silhouette 👥|speech_balloon 💬|thought_balloon 💭|left_speech_bubble 🗨️|writing_hand ✍️|crown 👑|medal 🏅|trophy 🏆|dart 🎯
one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|six 6️⃣|seven 7️⃣|eight 8️⃣|nine 9️⃣|zero 0️⃣|information_source ℹ️|new 🆕|up 🆙|ok 🆗|100 💯
recycle ♻️|battery 🔋|electric_plug 🔌|test_tube 🧪|microscope 🔬|compass 🧭|world_map 🗺️|door 🚪|house 🏠|office 🏢|hospital 🏥|bank 🏦
`;

const EMOJI = new Map(NAMES.trim().split(/[|\n]/).map((pair) => pair.trim().split(" ")));

/** The character of a short name, or null. */
export const emoji = (name) => EMOJI.get(name.replace(/::skin-tone-\d$/, "")) || null;

/** Text with its :short_names: turned into characters. */
export const withEmoji = (text) => text.replace(/:([\w+-]+):/g, (all, name) => emoji(name) || all);

/** The first few short names that begin so, each with its character. */
export const emojiNamed = (start) => [...EMOJI].filter(([name]) => name.startsWith(start)).slice(0, 8);
