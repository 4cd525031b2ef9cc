// The common emoji by Slack's short names. One that isn't here is shown as :its_name:, as Slack does.

const TABLE = `
grinning 😀|smiley 😃|smile 😄|grin 😁|laughing 😆|joy 😂|slightly_smiling_face 🙂|wink 😉|blush 😊|heart_eyes 😍|
thinking_face 🤔|neutral_face 😐|unamused 😒|relieved 😌|pensive 😔|slightly_frowning_face 🙁|disappointed 😞|worried 😟|
cry 😢|sob 😭|angry 😠|rage 😡|scream 😱|sweat_smile 😅|zzz 💤|sleeping 😴|sunglasses 😎|partying_face 🥳|hugging_face 🤗|
wave 👋|hand ✋|raised_hand ✋|crossed_fingers 🤞|writing_hand ✍️|+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|clap 👏|raised_hands 🙌|handshake 🤝|pray 🙏|muscle 💪|ok_hand 👌|
point_right 👉|point_left 👈|point_up 👆|point_down 👇|eyes 👀|ear 👂|brain 🧠|bust_in_silhouette 👤|busts_in_silhouette 👥|
heart ❤️|green_heart 💚|yellow_heart 💛|blue_heart 💙|purple_heart 💜|orange_heart 🧡|broken_heart 💔|
large_green_circle 🟢|green_circle 🟢|large_yellow_circle 🟡|yellow_circle 🟡|red_circle 🔴|large_orange_circle 🟠|
large_blue_circle 🔵|large_purple_circle 🟣|white_circle ⚪|black_circle ⚫|large_green_square 🟩|large_yellow_square 🟨|
large_red_square 🟥|white_large_square ⬜|black_large_square ⬛|
white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|negative_squared_cross_mark ❎|no_entry ⛔|no_entry_sign 🚫|
warning ⚠️|exclamation ❗|bangbang ‼️|question ❓|rotating_light 🚨|octagonal_sign 🛑|construction 🚧|sos 🆘|information_source ℹ️|
bell 🔔|no_bell 🔕|mega 📣|loudspeaker 📢|speech_balloon 💬|thought_balloon 💭|email 📧|envelope ✉️|incoming_envelope 📨|
inbox_tray 📥|outbox_tray 📤|package 📦|phone 📞|telephone_receiver 📞|iphone 📱|computer 💻|link 🔗|paperclip 📎|pushpin 📌|
round_pushpin 📍|memo 📝|pencil 📝|pencil2 ✏️|clipboard 📋|page_facing_up 📄|page_with_curl 📃|bookmark 🔖|bookmark_tabs 📑|
file_folder 📁|open_file_folder 📂|card_index 📇|books 📚|newspaper 📰|scroll 📜|
calendar 📅|date 📅|spiral_calendar_pad 🗓️|alarm_clock ⏰|hourglass ⌛|hourglass_flowing_sand ⏳|stopwatch ⏱️|timer_clock ⏲️|clock9 🕘|
label 🏷️|ladder 🪜|scales ⚖️|mailbox 📫|speaking_head_in_silhouette 🗣️|chart_with_upwards_trend 📈|chart_with_downwards_trend 📉|bar_chart 📊|moneybag 💰|money_with_wings 💸|dollar 💵|euro 💶|pound 💷|
credit_card 💳|receipt 🧾|briefcase 💼|office 🏢|bank 🏦|classical_building 🏛️|factory 🏭|
trophy 🏆|medal 🏅|first_place_medal 🥇|star ⭐|star2 🌟|sparkles ✨|tada 🎉|confetti_ball 🎊|gift 🎁|balloon 🎈|fire 🔥|rocket 🚀|
dart 🎯|bulb 💡|zap ⚡|gear ⚙️|wrench 🔧|hammer 🔨|hammer_and_wrench 🛠️|toolbox 🧰|key 🔑|lock 🔒|unlock 🔓|shield 🛡️|mag 🔍|
mag_right 🔎|microscope 🔬|telescope 🔭|compass 🧭|world_map 🗺️|globe_with_meridians 🌐|earth_africa 🌍|
seedling 🌱|herb 🌿|four_leaf_clover 🍀|evergreen_tree 🌲|deciduous_tree 🌳|leaves 🍃|fallen_leaf 🍂|maple_leaf 🍁|sunflower 🌻|
blossom 🌼|tulip 🌷|cherry_blossom 🌸|potted_plant 🪴|sunny ☀️|partly_sunny ⛅|cloud ☁️|rain_cloud 🌧️|umbrella ☔|snowflake ❄️|
arrow_right ➡️|arrow_left ⬅️|arrow_up ⬆️|arrow_down ⬇️|arrow_upper_right ↗️|arrow_lower_right ↘️|arrows_counterclockwise 🔄|
repeat 🔁|leftwards_arrow_with_hook ↩️|heavy_plus_sign ➕|heavy_minus_sign ➖|infinity ♾️|recycle ♻️|new 🆕|soon 🔜|back 🔙|
one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|coffee ☕|cake 🍰|beers 🍻|robot_face 🤖|wastebasket 🗑️|ghost 👻|crystal_ball 🔮|
ambulance 🚑|stethoscope 🩺|pill 💊|thermometer 🌡️|adhesive_bandage 🩹|palm_tree 🌴|desert_island 🏝️|airplane ✈️|house 🏠|
checkered_flag 🏁|triangular_flag_on_post 🚩|flag-eu 🇪🇺|flag-de 🇩🇪|flag-us 🇺🇸|flag-gb 🇬🇧`;

const EMOJI = new Map(
  TABLE.split("|")
    .map((pair) => pair.trim().split(" "))
    .filter((pair) => pair.length === 2),
);

export const QUICK = ["memo", "+1", "white_check_mark", "eyes", "tada", "heart", "raised_hands", "rocket",
  "thinking_face", "large_green_circle", "large_yellow_circle", "red_circle"];

// "wave::skin-tone-2" keeps its gesture and loses its tone.
export const glyph = (name) => EMOJI.get(name) || EMOJI.get(name.split("::")[0]) || null;
export const shown = (name) => glyph(name) || `:${name}:`;
export const emojiLabel = (name) => name.replaceAll("_", " ");
